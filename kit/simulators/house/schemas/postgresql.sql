CREATE VIEW today AS SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')::integer AS day;

CREATE FUNCTION stamp() RETURNS text LANGUAGE sql AS
    $$ SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') $$;

CREATE FUNCTION due_day() RETURNS integer LANGUAGE sql AS
    $$ SELECT to_char((now() AT TIME ZONE 'Asia/Shanghai') + interval '30 days', 'YYYYMMDD')::integer $$;

-- Lends: `code` is OK or why not, `due` a day as a number.
CREATE PROCEDURE lend_copy(p_card text, p_barcode text, OUT code text, OUT due numeric, OUT title text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM copies c WHERE c.barcode = p_barcode FOR UPDATE;
    IF NOT FOUND THEN
        code := 'NO_COPY';
        RETURN;
    END IF;
    SELECT v.verdict INTO code FROM verdicts v WHERE v.card = p_card AND v.barcode = p_barcode;
    IF code IS NULL THEN
        code := 'NO_CARD';
        RETURN;
    END IF;
    SELECT c.title INTO title FROM copies c WHERE c.barcode = p_barcode;
    IF code = 'OK' THEN
        due := due_day();
        INSERT INTO loans VALUES (p_barcode, p_card, stamp(), due, 0);
    END IF;
END
$$;

-- Takes back: `place` is where the copy belongs now.
CREATE PROCEDURE return_copy(p_barcode text, OUT code text, OUT title text, OUT location text, OUT place text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM copies c WHERE c.barcode = p_barcode FOR UPDATE;
    IF NOT FOUND THEN
        code := 'NO_COPY';
        RETURN;
    END IF;
    INSERT INTO returns SELECT l.barcode, l.card, l.lent_at, stamp() FROM loans l WHERE l.barcode = p_barcode;
    DELETE FROM loans l WHERE l.barcode = p_barcode;
    code := CASE WHEN FOUND THEN 'OK' ELSE 'NOT_LENT' END;
    UPDATE holds h SET ready = 1
        WHERE h.barcode = p_barcode
        AND h.placed_at = (SELECT MIN(o.placed_at) FROM holds o WHERE o.barcode = p_barcode);
    SELECT p.title, p.location, p.place INTO title, location, place FROM places p WHERE p.barcode = p_barcode;
END
$$;
