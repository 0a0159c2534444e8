"""Devices: what is spoken with those of each account, and what a listener for SIP2 bears."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import tzinfo

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.locale import LANGUAGES
from softdock.ops import settings as s
from softdock.ops.workers.post import Post
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.codes import STANDARD, Codes
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection, Shown
from softdock.protocols.sip2.listener import Limits


def limits_of(limits: s.Limits, post: Post) -> Limits:
    """The limits of a listener as this process has to keep them."""
    return Limits(
        connections=post.share(limits.connections),
        per_address=limits.per_address,
        line_length=limits.line_length,
        login_time=float(limits.login_time),
        idle_time=float(limits.idle_time),
        failed_logins=limits.failed_logins,
    )


def dialect_choice(settings: s.Settings) -> Callable[[Account, Dialect], Dialect]:
    """What an account's devices speak on a listener with a dialect of its own."""
    dialects = _dialects(settings)

    def choice(account: Account, default: Dialect) -> Dialect:
        # A listener that drains may have a dialect that the settings have no more.
        return dialects.get((account.profile or default.name, account.library), default)

    return choice


def _dialects(settings: s.Settings) -> Mapping[tuple[str, LibraryId], Dialect]:
    """Every profile as it is spoken at every library: local times are the library's, unless a profile says."""
    return {
        (name, LibraryId(key)): dialect_of(name, profile, library.time_zone)
        for name, profile in settings.profiles.items()
        for key, library in settings.libraries.items()
    }


_TERMINATORS = {"cr": b"\r", "crlf": b"\r\n", "lf": b"\n"}


def dialect_of(name: str, profile: s.Profile, library_zone: tzinfo) -> Dialect:
    """The profile `name` as the wire knows it, for devices of a library in `library_zone`."""
    zone = profile.time_zone or library_zone
    return Dialect(
        name=name,
        charset=Charset(profile.charset),
        fallback_charset=Charset(profile.fallback_charset) if profile.fallback_charset else None,
        terminator=_TERMINATORS[profile.terminator],
        delimiter=profile.delimiter,
        delimiter_replacement=profile.delimiter_replacement,
        error_detection=ErrorDetection(profile.error_detection),
        lenient=profile.lenient,
        unknown_messages_rejected=profile.unknown_messages == "request-resend",
        telnet_login=profile.login == "telnet",
        field_length=profile.field_length,
        field_length_in_bytes=profile.field_length_unit == "bytes",
        print_width=profile.print_width,
        zone=zone,
        language=profile.language,
        date_format=profile.date_format,
        texts={
            language: {reason: text.in_language(language) for reason, text in profile.texts.items()}
            for language in LANGUAGES
        },
        codes=_codes_of(profile),
        own_institution_only=profile.institution == "own",
        resensitize_on_refusal=profile.resensitize_on_refusal,
        show_unverified=frozenset(map(Shown, profile.show_unverified)),
        omitted=profile.omit,
        extra_fields=s.compile_extra_fields(profile.extra_fields, zone),
        passed_fields=profile.pass_fields,
        retries=profile.retries,
    )


def _codes_of(profile: s.Profile) -> Codes:
    """The codes that devices of a profile expect and send."""
    fees = profile.fee_types
    return replace(
        STANDARD,
        circulation_status=STANDARD.circulation_status.changed(profile.circulation_statuses, {}),
        security_marker=STANDARD.security_marker.changed(profile.security_markers, {}),
        media_type=STANDARD.media_type.changed(profile.media_types, {}),
        fee_type=STANDARD.fee_type.changed(
            {kind: each.told for kind, each in fees.items() if each.told},
            {code: kind for kind, each in fees.items() for code in each.heard},
        ),
        hold_type=STANDARD.hold_type.changed({}, profile.hold_types),
        alert_type=STANDARD.alert_type.changed(profile.alert_types, {}),
        language=STANDARD.language.changed({}, profile.languages),
        text_language={**STANDARD.text_language, **_with_texts(profile.languages)},
        patron_status=STANDARD.patron_status.changed(
            {int(place): marks for place, marks in profile.patron_status.items()}
        ),
    )


def _with_texts(languages: Mapping[str, str]) -> Mapping[str, str]:
    return {code: language for code, language in languages.items() if language in LANGUAGES}
