"""Adapter folders to try tools on."""

ADAPTER = """\
adapter: 1
name: {en: A system, zh: 一个系统}
settings:
  library: {description: Which library, default: main}
  key: {description: The key, secret: true}
back_ends:
  main: {transport: http}
"""
LOOKUP = """\
map: 1
operation: lookup-patron
request:
  get: /patron
  query: {card: {from: patron.id}, key: {setting: key}, library: {setting: library}}
reply:
  format: json
  fail:
    - {when: {present: error}, reason: patron-unknown, note: {from: error}}
  fields:
    patron.name: {from: name, as: [trim]}
    patron.expires: {from: until, as: [{date: "%Y%m%d"}]}
    patron.loans:
      each: loans
      fields:
        item.id: barcode
        fee.amount: {from: fee, as: [money]}
examples:
  - {name: one loan, reply: examples/one.json, expect: examples/one.yaml}
"""
REPLY = '{"name": " 张三 ", "until": "20271231", "loans": [{"barcode": "00123", "fee": "1.50"}]}'
EXPECTED = """\
outcome: done
fields:
  patron.name: 张三
  patron.expires: "2027-12-31"
  patron.loans:
    - {item.id: "00123", fee.amount: "1.50"}
"""


def write_adapter(folder):
    """An adapter with one map and one example, nothing wrong with it."""
    (folder / "examples").mkdir()
    for name, text in (
        ("adapter.yaml", ADAPTER),
        ("lookup-patron.yaml", LOOKUP),
        ("examples/one.json", REPLY),
        ("examples/one.yaml", EXPECTED),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def change(path, old, new):
    """Put `new` in the place of `old` in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
