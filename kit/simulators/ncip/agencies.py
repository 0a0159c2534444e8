"""Services about the library itself, and about what it speaks."""

from typing import Final

from softdock.kit.simulators.ncip.asking import Ask
from softdock.kit.simulators.ncip.manners import V1_01, V2_02
from softdock.kit.simulators.ncip.nodes import Node, Part, holding
from softdock.kit.simulators.ncip.problems import Problem, incomplete

NAME: Final = "Simulated Library"


def look_up(ask: Ask) -> Part:
    """LookupAgency: what is asked for, as far as there is anything to say."""
    wanted = ask.wants("AgencyElementType") or incomplete("AgencyElementType")
    agency = ask.said.value("AgencyId") or incomplete("AgencyId")
    if agency != ask.library:
        raise Problem("Unknown Agency", element="AgencyId", value=agency[:40])
    name = holding(
        "OrganizationNameInformation",
        Node("OrganizationNameType", "Official Name"),
        Node("OrganizationName", NAME),
    )
    profiles = [Node("ApplicationProfileSupportedType", each) for each in sorted(ask.manner.partners)]
    return [
        Node("AgencyId", ask.library),
        name if "organization name information" in wanted else None,
        profiles if "application profile supported type" in wanted else None,
    ]


def look_up_version(ask: Ask) -> Part:
    """LookupVersion.  From and To are told as in any answer."""
    spoken = V1_01 if ask.manner.is_version_1 else ask.manner.version or V2_02
    return [
        holding("FromAgencyId", Node("AgencyId", ask.library)),
        holding("ToAgencyId", Node("AgencyId", ask.said.value("FromAgencyId", "AgencyId") or "UNKNOWN")),
        Node("VersionSupported", spoken),
    ]
