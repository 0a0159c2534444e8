"""What check-config finds that the settings alone can not know."""

import json

from softdock.server import check


def problems_of(tmp_path, **parts):
    path = tmp_path / "softdock.yaml"
    settings = {
        "listen": [{"sip2": "127.0.0.1:0"}],
        "libraries": {"A": {"system": {"adapter": "inhouse", "database": "memory"}}},
    }
    path.write_text(json.dumps(settings | parts), encoding="utf-8")
    return [str(each) for each in check(path)]


def test_good_settings_have_no_problems(tmp_path):
    assert problems_of(tmp_path) == []


def test_a_profile_can_not_take_away_what_devices_act_on(tmp_path):
    """Neither by leaving it out nor by a rule: who it is about, and whether that is proven."""
    profile = {
        "omit": {"64": ["AA", "BL", "BD"]},
        "extra_fields": {"64": {"CQ": {"is": "Y"}, "PB": {"is": "x"}}},
        "pass_fields": {"64": ["AA", "PZ"]},
    }
    found = "\n".join(problems_of(tmp_path, profiles={"p": profile}))
    assert "AA can not be left out of 64." in found
    assert "BL can not be left out of 64." in found
    assert "CQ of 64 is not for a rule to say." in found
    assert "AA of 64 is not passed on." in found
    assert "BD" not in found
    assert "PB" not in found
    assert "PZ" not in found


def test_the_faults_of_several_libraries_are_told_together(tmp_path):
    """An unknown adapter of one hides nothing of the others."""
    libraries = {
        "A": {"system": {"adapter": "nosuch"}},
        "B": {"system": {"adapter": "inhouse", "database": "memory", "import": "missing.json"}},
        "C": {"system": {"adapter": "inhouse", "database": "papyrus"}},
    }
    found = problems_of(tmp_path, libraries=libraries)
    assert len(found) == 3


def test_what_is_wrong_deep_in_a_system_is_told_where_it_is_written(tmp_path):
    """By line and column; where the key is missing, at the table that lacks it."""
    path = tmp_path / "softdock.yaml"
    path.write_text(
        """\
listen: [{sip2: 127.0.0.1:0}]
libraries:
  A:
    system:
      adapter: sip2
      address: 127.0.0.1:1
      profile:
        charset: gbk2
        texts:
          - {contains: x, reason: declined}
          - {contains: y, reason: so}
          - {contains: z}
  B:
    system: {adapter: sip2}
  C:
    system:
      adapter: sip2
      address: 127.0.0.1:1
      profile:
        answers:
          "64":
            read:
              patron.birth_date: {from: PB, as: [{dat: "%Y"}]}
""",
        encoding="utf-8",
    )

    profile = "libraries.A.system.profile"
    assert [(each.place.line, each.place.column, each.place.path) for each in check(path)] == [
        (8, 9, f"{profile}.charset"),
        (11, 27, f"{profile}.texts[1].reason"),
        (12, 13, f"{profile}.texts[2].reason"),
        (14, 13, "libraries.B.system.address"),
        (23, 15, 'libraries.C.system.profile.answers.64.read."patron.birth_date"'),
    ]


def test_an_admin_socket_that_cannot_be_is_told(tmp_path):
    """Beside everything else that is wrong."""
    listen = [{"sip2": "127.0.0.1:0", "tls": {"certificate": "softdock.yaml", "key": "softdock.yaml"}}]
    found = "\n".join(problems_of(tmp_path, admin="nowhere/admin.sock", listen=listen))
    assert f"There is no folder {tmp_path}/nowhere for the admin socket." in found
    assert "listen[0].tls" in found
    assert problems_of(tmp_path, admin="admin.sock") == []


def test_the_demo_is_good_before_its_folder_was_ever_made(tmp_path, monkeypatch):
    """A newcomer who checks first must not be told of a folder that `softdock run` makes."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "nowhere"))
    assert check(None) == []
