"""The field identifiers of 3M SIP2 2.00 ("Variable-length fields") and of the 3M extensions of 2005.

Each is a type for an attribute of a message: `AA` holds one text or None, `AF` may repeat and holds a
tuple.  What is not here (vendors give their own meaning to PA, PB, PC ... and to X, Y and Z codes) is
no less welcome: it is kept in `Message.other`, and written by the `extra_fields` of a profile.
"""

from typing import Annotated

from softdock.protocols.sip2.layouts import FieldKind

Text = str | None
Texts = tuple[str, ...]

AA = Annotated[Text, FieldKind("AA")]  # patron identifier
AB = Annotated[Text, FieldKind("AB")]  # item identifier
AC = Annotated[Text, FieldKind("AC")]  # terminal password
AD = Annotated[Text, FieldKind("AD")]  # patron password
AE = Annotated[Text, FieldKind("AE")]  # personal name
AF = Annotated[Texts, FieldKind("AF", repeats=True)]  # screen message
AG = Annotated[Texts, FieldKind("AG", repeats=True)]  # print line
AH = Annotated[Text, FieldKind("AH")]  # due date, free text
AJ = Annotated[Text, FieldKind("AJ")]  # title identifier
AL = Annotated[Text, FieldKind("AL")]  # blocked card message
AM = Annotated[Text, FieldKind("AM")]  # library name
AN = Annotated[Text, FieldKind("AN")]  # terminal location
AO = Annotated[Text, FieldKind("AO")]  # institution id
AP = Annotated[Text, FieldKind("AP")]  # current location
AQ = Annotated[Text, FieldKind("AQ")]  # permanent location
AS = Annotated[Texts, FieldKind("AS", repeats=True)]  # hold items
AT = Annotated[Texts, FieldKind("AT", repeats=True)]  # overdue items
AU = Annotated[Texts, FieldKind("AU", repeats=True)]  # charged items
AV = Annotated[Texts, FieldKind("AV", repeats=True)]  # fine items
BD = Annotated[Text, FieldKind("BD")]  # home address
BE = Annotated[Text, FieldKind("BE")]  # e-mail address
BF = Annotated[Text, FieldKind("BF")]  # home phone number
BG = Annotated[Text, FieldKind("BG")]  # owner
BH = Annotated[Text, FieldKind("BH")]  # currency type, ISO 4217
BI = Annotated[Text, FieldKind("BI")]  # cancel, Y or N
BK = Annotated[Text, FieldKind("BK")]  # transaction id
BL = Annotated[Text, FieldKind("BL")]  # valid patron, Y or N
BM = Annotated[Texts, FieldKind("BM", repeats=True)]  # renewed items
BN = Annotated[Texts, FieldKind("BN", repeats=True)]  # unrenewed items
BO = Annotated[Text, FieldKind("BO")]  # fee acknowledged, Y or N
BP = Annotated[Text, FieldKind("BP")]  # start item
BQ = Annotated[Text, FieldKind("BQ")]  # end item
BR = Annotated[Text, FieldKind("BR")]  # queue position
BS = Annotated[Text, FieldKind("BS")]  # pickup location
BT = Annotated[Text, FieldKind("BT")]  # fee type
BU = Annotated[Texts, FieldKind("BU", repeats=True)]  # recall items
BV = Annotated[Text, FieldKind("BV")]  # fee amount
BW = Annotated[Text, FieldKind("BW")]  # expiration date, 18 characters
BX = Annotated[Text, FieldKind("BX")]  # supported messages
BY = Annotated[Text, FieldKind("BY")]  # hold type
BZ = Annotated[Text, FieldKind("BZ")]  # hold items limit
CA = Annotated[Text, FieldKind("CA")]  # overdue items limit
CB = Annotated[Text, FieldKind("CB")]  # charged items limit
CC = Annotated[Text, FieldKind("CC")]  # fee limit
CD = Annotated[Texts, FieldKind("CD", repeats=True)]  # unavailable hold items
CF = Annotated[Text, FieldKind("CF")]  # hold queue length
CG = Annotated[Text, FieldKind("CG")]  # fee identifier
CH = Annotated[Text, FieldKind("CH")]  # item properties
CI = Annotated[Text, FieldKind("CI")]  # security inhibit, Y or N
CJ = Annotated[Text, FieldKind("CJ")]  # recall date, 18 characters
CK = Annotated[Text, FieldKind("CK")]  # media type
CL = Annotated[Text, FieldKind("CL")]  # sort bin
CM = Annotated[Text, FieldKind("CM")]  # hold pickup date, 18 characters
CN = Annotated[Text, FieldKind("CN")]  # login user id
CO = Annotated[Text, FieldKind("CO")]  # login password
CP = Annotated[Text, FieldKind("CP")]  # location code
CQ = Annotated[Text, FieldKind("CQ")]  # valid patron password, Y or N

# 3M extensions of 2005, which sorters expect
CR = Annotated[Text, FieldKind("CR")]  # collection code
CS = Annotated[Text, FieldKind("CS")]  # call number
CT = Annotated[Text, FieldKind("CT")]  # destination location
CV = Annotated[Text, FieldKind("CV")]  # alert type
CY = Annotated[Text, FieldKind("CY")]  # hold patron id
DA = Annotated[Text, FieldKind("DA")]  # hold patron name
