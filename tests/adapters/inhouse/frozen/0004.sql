BEGIN TRANSACTION;
CREATE TABLE done_operation (
	operation_id TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	CONSTRAINT pk_done_operation PRIMARY KEY (operation_id)
)
 WITHOUT ROWID

;
INSERT INTO "done_operation" VALUES('op-BlockPatron',1795572000000000);
INSERT INTO "done_operation" VALUES('op-Checkin',1795572000000000);
INSERT INTO "done_operation" VALUES('op-Checkout',1795572000000000);
INSERT INTO "done_operation" VALUES('op-PayFee',1795572000000000);
INSERT INTO "done_operation" VALUES('op-PlaceHold',1795572000000000);
INSERT INTO "done_operation" VALUES('op-Renew',1795572000000000);
INSERT INTO "done_operation" VALUES('op-UpdateItem',1795572000000000);
CREATE TABLE fee (
	patron TEXT NOT NULL, 
	id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	currency TEXT NOT NULL, 
	type TEXT NOT NULL, 
	title TEXT NOT NULL, 
	item TEXT, charged INTEGER, note TEXT, 
	CONSTRAINT pk_fee PRIMARY KEY (patron, id), 
	FOREIGN KEY(patron) REFERENCES patron (id)
)
 WITHOUT ROWID

;
INSERT INTO "fee" VALUES('R0001','F56',56,200,'CNY','rental','霸王别姬','CD0020',1795572000000000,'see desk 2');
INSERT INTO "fee" VALUES('R0006','F1',16,650,'CNY','overdue','围城','CD0006',NULL,NULL);
INSERT INTO "fee" VALUES('R0006','F2',17,4500,'CNY','damage','唐诗三百首','CD0012',NULL,NULL);
INSERT INTO "fee" VALUES('R0008','F55',55,3240,'CNY','overdue','白鹿原','CD0009',NULL,NULL);
INSERT INTO "fee" VALUES('R0014','F2',19,500,'CNY','administrative','补办读者证',NULL,NULL,NULL);
CREATE TABLE hold (
	number INTEGER NOT NULL, 
	patron TEXT NOT NULL, 
	title_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	placed INTEGER NOT NULL, 
	item TEXT, 
	scope TEXT NOT NULL, 
	pickup_location TEXT NOT NULL, 
	expires INTEGER, 
	copy TEXT, 
	shelf_until INTEGER, 
	lapses INTEGER, 
	CONSTRAINT pk_hold PRIMARY KEY (number), 
	FOREIGN KEY(patron) REFERENCES patron (id)
);
INSERT INTO "hold" VALUES(53,'R0009','白鹿原','白鹿原',1795572000000000,'CD0009','this-copy','总馆',NULL,'CD0009',1796227199000000,1796227199000000);
INSERT INTO "hold" VALUES(54,'R0012','白鹿原','白鹿原',1795572000000000,'CD0009','this-copy','高新分馆',NULL,NULL,NULL,NULL);
INSERT INTO "hold" VALUES(58,'R0013','Cien años de soledad','Cien años de soledad',1795572000000000,'CD0010','this-copy','1F',NULL,NULL,NULL,NULL);
CREATE TABLE import_run (
	number INTEGER NOT NULL, 
	first_number INTEGER NOT NULL, 
	begun INTEGER NOT NULL, 
	ended INTEGER, 
	CONSTRAINT pk_import_run PRIMARY KEY (number)
);
INSERT INTO "import_run" VALUES(1,1,1795572000000000,1795572000000000);
CREATE TABLE inhouse_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT inhouse_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "inhouse_version" VALUES('0004');
CREATE TABLE item (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	title_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	author TEXT NOT NULL, 
	media_type TEXT, 
	magnetic BOOLEAN, 
	security_marker TEXT NOT NULL, 
	fee_type TEXT NOT NULL, 
	fee INTEGER, 
	fee_currency TEXT, 
	owner TEXT, 
	permanent_location TEXT NOT NULL, 
	call_number TEXT NOT NULL, 
	collection TEXT NOT NULL, 
	lendable BOOLEAN NOT NULL, 
	extra TEXT, 
	status TEXT NOT NULL, 
	location TEXT NOT NULL, 
	note TEXT NOT NULL, 
	CONSTRAINT pk_item PRIMARY KEY (number), 
	CONSTRAINT uq_item_id UNIQUE (id)
);
INSERT INTO "item" VALUES(20,'CD0001','T0001','三体','刘慈欣','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.55/7243','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(21,'CD0002','T0001','三体','刘慈欣','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.55/7243','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(22,'CD0003','T0001','三体','刘慈欣','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.55/7243','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(23,'CD0004','活着','活着','余华','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/8044','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(24,'CD0005','平凡的世界','平凡的世界','路遥','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/6738','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(25,'CD0006','围城','围城','钱锺书','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I246.57/8388','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(26,'CD0007','窗边的小豆豆','窗边的小豆豆','黑柳彻子','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I313.84/6024','少儿',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(27,'CD0008','没头脑和不高兴','没头脑和不高兴','任溶溶','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I287.7/2233','少儿',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(28,'CD0009','白鹿原','白鹿原','陈忠实','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/7553','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(29,'CD0010','Cien años de soledad','Cien años de soledad','Gabriel García Márquez','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I775.45/7727','外文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(30,'CD0011','黄金时代','黄金时代','王小波','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/1193','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(31,'CD0012','唐诗三百首','唐诗三百首','蘅塘退士','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I222.742/4437','中文图书',1,NULL,'available','总馆','torn');
INSERT INTO "item" VALUES(32,'CD0013','边城','边城','沈从文','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I246.57/3428','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(33,'CD0014','红楼梦 上','红楼梦 上','曹雪芹','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I242.4/5510:1','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(34,'CD0015','红楼梦 下','红楼梦 下','曹雪芹','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I242.4/5510:2','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(35,'CD0016','天工开物图说 𠮷本','天工开物图说 𠮷本','宋应星','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','N092/3073','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(36,'CD0017','襹褷集：罕用字注疏','襹褷集：罕用字注疏','欧阳珅','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','H124/7771','中文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(37,'CD0018','Der Zauberberg','Der Zauberberg','Thomas Mann','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I516.45/6041','外文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(38,'CD0019','L’Étranger','L’Étranger','Albert Camus','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I565.45/4422','外文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(39,'CD0020','霸王别姬','霸王别姬','陈凯歌','video-tape',1,'tattle-tape','rental',200,'CNY','CDL','总馆','J94/7521','视听资料',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(40,'CD0021','辞海','辞海','夏征农','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','H163/1022','参考书',0,NULL,'available','总馆','');
INSERT INTO "item" VALUES(41,'CD0022','重庆掌故','重庆掌故','','book',0,'tattle-tape','other',NULL,NULL,'CQL','','K297.19/2042','中文图书',1,NULL,'available','','');
INSERT INTO "item" VALUES(42,'CD0023','英语语音学','英语语音学','','book-with-cd',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','H311/4404','中文图书',1,NULL,'available','总馆','附光盘一张，请检查');
INSERT INTO "item" VALUES(43,'CD0024','城南旧事','城南旧事','林海音','book',0,'tattle-tape','other',NULL,NULL,'CDL','高新分馆','I247.57/4430','中文图书',1,NULL,'available','高新分馆','');
INSERT INTO "item" VALUES(44,'CD0025','繁花','繁花','金宇澄','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/8033','中文图书',1,NULL,'lost','总馆','');
INSERT INTO "item" VALUES(45,'CD0026','千里江山图','千里江山图','孙甘露','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','','中文图书',1,NULL,'on-order','总馆','');
INSERT INTO "item" VALUES(46,'CD0027','文城','文城','余华','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/8044','中文图书',1,NULL,'in-process','总馆','');
INSERT INTO "item" VALUES(47,'CD0028','尘埃落定','尘埃落定','阿来','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I247.57/7150','中文图书',1,NULL,'missing','总馆','');
INSERT INTO "item" VALUES(48,'CD0029','读书 2026年第1期','读书 2026年第1期','','magazine',0,'none','other',NULL,NULL,'CDL','总馆','','期刊',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(49,'CD0030','四川民歌精选','四川民歌精选','','cd',0,'other','other',NULL,NULL,'CDL','总馆','J642.2/4212','视听资料',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(50,'CD0031','Преступление и наказание','Преступление и наказание','Фёдор Достоевский','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I512.44/4414','外文图书',1,NULL,'available','总馆','');
INSERT INTO "item" VALUES(51,'CD0032','百年の孤独','百年の孤独','ガブリエル・ガルシア=マルケス','book',0,'tattle-tape','other',NULL,NULL,'CDL','总馆','I775.45/7727','外文图书',1,NULL,'available','总馆','');
CREATE TABLE last_return (
	item TEXT NOT NULL, 
	loan TEXT NOT NULL, 
	status TEXT NOT NULL, 
	location TEXT NOT NULL, 
	note TEXT NOT NULL, 
	fine TEXT, 
	CONSTRAINT pk_last_return PRIMARY KEY (item), 
	FOREIGN KEY(item) REFERENCES item (id)
)
 WITHOUT ROWID

;
INSERT INTO "last_return" VALUES('CD0004','{"item":"CD0004","patron":"R0001","lent":1795572000000000,"due":1798214399000000,"renewals":0,"settled":false}','available','总馆','',NULL);
INSERT INTO "last_return" VALUES('CD0009','{"item":"CD0009","patron":"R0008","lent":1764950400000000,"due":1767628799000000,"renewals":0,"settled":false}','available','总馆','','F55');
CREATE TABLE library (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	policies TEXT NOT NULL, 
	branches TEXT NOT NULL, 
	pin_key_mark TEXT, 
	last_number INTEGER NOT NULL, 
	CONSTRAINT pk_library PRIMARY KEY (id), 
	CONSTRAINT ck_library_only CHECK (id = 1)
);
INSERT INTO "library" VALUES(1,'CDL','{"default":{"max_loans":10,"max_holds":5,"max_fees":"20.00","max_overdue":3,"fine_per_day":"0.10"},"adult":{"max_loans":10,"max_holds":5,"max_fees":"20.00","max_overdue":3,"fine_per_day":"0.10"},"child":{"loan_days":14,"renewals":1,"max_loans":2,"max_holds":2,"max_fees":"5.00"}}','{"总馆":"总馆","1F":"总馆","2F":"总馆","3F":"总馆","4F":"总馆","高新分馆":"高新分馆"}','cd4ff6ec83ebbd790bcf9ab636a17801',58);
CREATE TABLE loan (
	item TEXT NOT NULL, 
	patron TEXT NOT NULL, 
	lent INTEGER NOT NULL, 
	due INTEGER NOT NULL, 
	renewals INTEGER NOT NULL, 
	settled BOOLEAN NOT NULL, 
	undo TEXT, 
	CONSTRAINT pk_loan PRIMARY KEY (item), 
	FOREIGN KEY(item) REFERENCES item (id), 
	FOREIGN KEY(patron) REFERENCES patron (id)
)
 WITHOUT ROWID

;
INSERT INTO "loan" VALUES('CD0001','R0001',1795572000000000,1798214399000000,0,0,NULL);
INSERT INTO "loan" VALUES('CD0007','R0007',1795572000000000,1796831999000000,0,0,NULL);
INSERT INTO "loan" VALUES('CD0008','R0007',1795572000000000,1796831999000000,0,0,NULL);
INSERT INTO "loan" VALUES('CD0010','R0010',1795572000000000,1798214399000000,1,0,'{"before":{"item":"CD0010","patron":"R0010","lent":1795572000000000,"due":1798214399000000,"renewals":0,"settled":false}}');
INSERT INTO "loan" VALUES('CD0011','R0009',1795572000000000,1798214399000000,0,0,'{"filled":[52,"R0009","黄金时代","黄金时代",1795572000000000,"CD0011","this-copy","总馆",null,"CD0011",1796227199000000]}');
INSERT INTO "loan" VALUES('CD0020','R0001',1795572000000000,1798214399000000,0,0,'{"fees":["F56"]}');
CREATE TABLE patron (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	pin BLOB NOT NULL, 
	name TEXT NOT NULL, 
	category TEXT NOT NULL, 
	birth_date TEXT, 
	address TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	email TEXT NOT NULL, 
	home_library TEXT, 
	language TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	expires TEXT, 
	card_lost BOOLEAN NOT NULL, 
	message TEXT NOT NULL, 
	extra TEXT, 
	blocked TEXT, 
	CONSTRAINT pk_patron PRIMARY KEY (number), 
	CONSTRAINT uq_patron_id UNIQUE (id)
);
INSERT INTO "patron" VALUES(2,'R0001',X'ECF639A890A55CFFC97F0768E427FAE7','王小明','adult','1990-05-17','成都市青羊区人民西路4号','028-86110001','wang.xiaoming@example.org',NULL,'zh','CNY','2099-12-31',0,'','{"department":"信息技术"}',NULL);
INSERT INTO "patron" VALUES(3,'R0002',X'','李娜','adult','1985-11-02','','028-86110002','',NULL,'zh','CNY',NULL,0,'',NULL,'card kept');
INSERT INTO "patron" VALUES(4,'R0003',X'A2640E2103F60B23D102855D59FBC487','张伟','adult','1978-02-28','','','',NULL,'zh','CNY','2025-12-31',0,'',NULL,NULL);
INSERT INTO "patron" VALUES(5,'R0004',X'7FC1A2941714EF4F321B2AA28F534534','刘洋','adult','1999-09-09','','','',NULL,'zh','CNY',NULL,1,'',NULL,NULL);
INSERT INTO "patron" VALUES(6,'R0005',X'25844009732BA8997FF5CDC258168455','陈静','adult','1993-03-21','','','',NULL,'zh','CNY',NULL,0,'',NULL,'请到三楼服务台');
INSERT INTO "patron" VALUES(7,'R0006',X'FFFE3BA438D32DE97CE263B4E99ECC8E','赵磊','adult','1982-07-15','','','',NULL,'zh','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(8,'R0007',X'1F93E63F3C1399130548A2D520CF39A1','孙悦','child','2015-06-01','','','',NULL,'zh','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(9,'R0008',X'55B12CCB999CA69EDB65B82A8B819EBB','周琴','adult','1970-12-24','','','',NULL,'zh','CNY',NULL,0,'请领取读书会请柬',NULL,NULL);
INSERT INTO "patron" VALUES(10,'R0009',X'71E06A9848AD7FA5C3B1EFDEDFA78033','爱新觉罗·毓㼆','adult','1961-10-10','成都市锦江区春熙路北段𠮷祥里8号','','',NULL,'zh','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(11,'R0010',X'AE569455AAA2FE76CC5B8EE59177209A','José Ñáñez-Łuczak','adult','1988-08-08','','','jose@example.org',NULL,'en','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(12,'R0011',X'4A17AFF7FF324A4013F622402E395F4B','欧阳珅','adult','2000-01-31','','','',NULL,'zh','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(13,'R0012',X'2C5BA8B8C3ED83C831C729BF5F6679D2','𠮷田春子','adult','1995-04-12','','','',NULL,'zh','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(14,'R0013',X'C7EE1958FA31E7E664C685C160FD8876','吴敏','adult','1991-01-19','','','','CQL','zh','CNY',NULL,0,'',NULL,NULL);
INSERT INTO "patron" VALUES(15,'R0014',X'D71F82E6487711641A215D835EA13EB6','郑凯','adult','1987-05-05','','','',NULL,'zh','CNY',NULL,0,'',NULL,NULL);
CREATE TABLE payment (
	number INTEGER NOT NULL, 
	patron TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	currency TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	parts TEXT NOT NULL, 
	asked TEXT, 
	"transaction" TEXT NOT NULL, 
	payment_type TEXT NOT NULL, 
	CONSTRAINT pk_payment PRIMARY KEY (number), 
	FOREIGN KEY(patron) REFERENCES patron (id)
);
INSERT INTO "payment" VALUES(57,'R0014',150,'CNY',1795572000000000,'[["F1",150]]',NULL,'K77','');
CREATE INDEX ix_item_title_id ON item (title_id);
CREATE INDEX ix_item_title ON item (title);
CREATE INDEX ix_loan_patron ON loan (patron);
CREATE INDEX ix_hold_title_id ON hold (title_id);
CREATE INDEX ix_hold_patron ON hold (patron);
CREATE INDEX ix_hold_lapses ON hold (lapses);
CREATE INDEX ix_payment_patron_at ON payment (patron, at);
CREATE INDEX ix_done_operation_at ON done_operation (at);
COMMIT;
