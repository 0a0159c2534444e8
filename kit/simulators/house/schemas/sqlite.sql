CREATE VIEW today AS SELECT CAST(strftime('%Y%m%d', 'now', '+8 hours') AS INTEGER) AS day;
