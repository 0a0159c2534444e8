-- The tables of a house's own system: cards in a column of fixed width, days as numbers, moments as texts.

CREATE TABLE readers (
    card CHAR(12) NOT NULL PRIMARY KEY,
    name VARCHAR(60) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    phone VARCHAR(20) NOT NULL,
    id_number CHAR(18) NOT NULL,
    state CHAR(1) NOT NULL,              -- 1 normal, 2 lost, 3 stopped
    valid_to INTEGER NOT NULL,           -- 20981231
    password CHAR(32) NOT NULL           -- MD5 over card and password
);

CREATE TABLE copies (
    barcode CHAR(16) NOT NULL PRIMARY KEY,
    title VARCHAR(200) NOT NULL,
    author VARCHAR(100) NOT NULL,
    call_no VARCHAR(40) NOT NULL,
    location VARCHAR(40) NOT NULL,
    place CHAR(1) NOT NULL,              -- H here, M missing
    lendable INTEGER NOT NULL
);

CREATE TABLE loans (
    barcode CHAR(16) NOT NULL PRIMARY KEY,
    card CHAR(12) NOT NULL,
    lent_at CHAR(19) NOT NULL,           -- 2026-03-02 10:00:00
    due_on INTEGER NOT NULL,
    renewals INTEGER NOT NULL
);

CREATE TABLE returns (
    barcode CHAR(16) NOT NULL,
    card CHAR(12) NOT NULL,
    lent_at CHAR(19) NOT NULL,
    returned_at CHAR(19) NOT NULL
);

CREATE TABLE holds (
    barcode CHAR(16) NOT NULL,
    card CHAR(12) NOT NULL,
    placed_at CHAR(19) NOT NULL,
    ready INTEGER NOT NULL,              -- 1: the copy stands on the shelf for holds
    PRIMARY KEY (barcode, card)
);

CREATE TABLE debts (
    id VARCHAR(12) NOT NULL PRIMARY KEY,
    card CHAR(12) NOT NULL,
    kind CHAR(2) NOT NULL,
    fen INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    receipt VARCHAR(60)                  -- of the payment
);

-- Where each copy is, in one letter.
CREATE VIEW places AS
SELECT c.barcode, c.title, c.author, c.call_no, c.location, l.card AS borrower, l.lent_at, l.due_on,
    (SELECT COUNT(*) FROM holds h WHERE h.barcode = c.barcode) AS waiting,
    CASE
        WHEN l.barcode IS NOT NULL THEN 'L'
        WHEN EXISTS (SELECT 1 FROM holds h WHERE h.barcode = c.barcode AND h.ready = 1) THEN 'S'
        WHEN c.place <> 'H' THEN c.place
        WHEN c.lendable = 0 THEN 'R'
        ELSE 'H'
    END AS place
FROM copies c LEFT JOIN loans l ON l.barcode = c.barcode;

-- Whether a copy may be lent to a reader: the rules of the house.
CREATE VIEW verdicts AS
SELECT r.card, p.barcode,
    CASE
        WHEN r.state = '2' THEN 'CARD_LOST'
        WHEN r.state <> '1' THEN 'CARD_STOPPED'
        WHEN r.valid_to < t.day THEN 'CARD_EXPIRED'
        WHEN p.borrower = r.card THEN 'HAS_IT'
        WHEN p.place = 'L' THEN 'LENT'
        WHEN p.place IN ('R', 'M') THEN 'NOT_LENDABLE'
        WHEN EXISTS (SELECT 1 FROM holds h WHERE h.barcode = p.barcode AND h.card <> r.card) THEN 'ON_HOLD'
        WHEN (SELECT COUNT(*) FROM loans l WHERE l.card = r.card) >= 3 THEN 'FULL'
        WHEN (SELECT SUM(d.fen) FROM debts d WHERE d.card = r.card AND d.receipt IS NULL) > 2000 THEN 'OWES'
        ELSE 'OK'
    END AS verdict
FROM readers r CROSS JOIN places p CROSS JOIN today t;
