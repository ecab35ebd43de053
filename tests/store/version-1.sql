-- A library of version 1, as Leat 0.1.0 made it: 'leat run --source test:32x16@30 --frames 4'.
PRAGMA page_size = 16384;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE recording (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('recording', 'complete', 'interrupted')),
    source TEXT NOT NULL,               -- as given, without passwords
    filter TEXT NOT NULL,               -- libavfilter graph, '' for none
    codec TEXT NOT NULL,                -- libavcodec's name
    pixel_format TEXT NOT NULL,         -- libavutil's name
    width INTEGER NOT NULL CHECK (width > 0),   -- px
    height INTEGER NOT NULL CHECK (height > 0), -- px
    color_range INTEGER NOT NULL,       -- 0 unspecified, 1 limited, 2 full
    color_space INTEGER NOT NULL,       -- this and the next two: ISO/IEC 23091-2
    color_primaries INTEGER NOT NULL,
    color_transfer INTEGER NOT NULL,
    sample_aspect_num INTEGER,          -- of a pixel, NULL for square
    sample_aspect_den INTEGER,
    time_base_num INTEGER NOT NULL CHECK (time_base_num > 0), -- s a tick
    time_base_den INTEGER NOT NULL CHECK (time_base_den > 0),
    rate_num INTEGER,                   -- frames/s, NULL when unknown
    rate_den INTEGER,
    record_rate_num INTEGER,            -- frames/s asked for, NULL for every frame
    record_rate_den INTEGER,
    extradata BLOB,                     -- codec headers outside the frames
    started_wall_ns INTEGER NOT NULL,   -- since 1970-01-01 UTC
    leat_version TEXT NOT NULL
) STRICT;
INSERT INTO recording VALUES(1,'morning','complete','test:32x16@30','','mjpeg','yuvj420p',32,16,2,6,2,2,1,1,1,30,30,1,NULL,NULL,NULL,1795357295906826596,'0.1.0');
CREATE TABLE frame (
    id INTEGER PRIMARY KEY,             -- rises in decoding order within a recording
    recording INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL CHECK (seq >= 0), -- the source's count, lost frames included
    captured_ns INTEGER NOT NULL,       -- the capturing machine's CLOCK_MONOTONIC
    wall_ns INTEGER NOT NULL,           -- since 1970-01-01 UTC
    pts INTEGER NOT NULL,               -- when to show it, ticks of the time base
    dts INTEGER NOT NULL,               -- when to decode it, ticks
    duration INTEGER NOT NULL CHECK (duration >= 0), -- ticks, 0 when unknown
    key INTEGER NOT NULL CHECK (key IN (0, 1)), -- 1: can be decoded without others
    data BLOB NOT NULL CHECK (length(data) > 0), -- the encoded packet
    UNIQUE (recording, seq)
) STRICT;
INSERT INTO frame VALUES(1,1,0,12502094558734,1795357295898195595,0,0,1,1,X'ffd8ffe000104a46494600010200000100010000fffe00104c61766335392e33372e31303000ffdb004300080a0a0b0a0b0d0d0d0d0d0d100f101010101010101010101012121215151512121210101212141415151717171515151517171919191e1e1c1c2323242b2b33ffc4006f00010003010100000000000000000000000602030504070101010100000000000000000000000000040305100002010206020203010000000000000001021104032100120551316122413292427133110002020105010101000000000000000011010203213200131204613191ffc00011080010002003012200021100031100ffda000c03010002110311003f00457775db6e69d15d46ddfd6fda3c70d909bab3dea62299b5bc8ff3701a35024020fc8c33e762f5db6eda588c7fbd3061df903379adbca6011ea7038e11001ee30d29f1fa8e4cc2ba215cfd1345bf471774c05c5a7ae31f49f9b35de785f6516489a1cdc1603ec3514ff0600defad1573d9b40d35433fbcfa3b982d2b240c4c40c9cbbb0ef3734e8db3706efeb4b7cf1c5bccdab2e8762b0a654489e9082a312440d2bf8f933cf72edc6732c7085e305103af032eaee9575fa208357aa94db2dae2d3d73fd27e6f4aef44efae8ae4050a6a2f25f70496ff000600dfffd9');
INSERT INTO frame VALUES(2,1,1,12502094657899,1795357295898294741,1,1,1,1,X'ffd8ffe000104a46494600010200000100010000fffe00104c61766335392e33372e31303000ffdb004300080a0a0b0a0b0d0d0d0d0d0d100f101010101010101010101012121215151512121210101212141415151717171515151517171919191e1e1c1c2323242b2b33ffc4006f00010003010100000000000000000000000602030504070101010100000000000000000000000000040305100002010304010403010000000000000001021104032131120005516141223242719233110002020202030101000000000000000011010302211200046113323191ffc00011080010002003012200021100031100ffda000c03010002110311003f004577b5eb6e6dd95d46dafd6fda3e3c370276acf7e948a66def8ff3701a244c1075239e762f5db6edb588cfef460c35f503979adbca6011f13839c4400758c6d4f6fc4793308e0a477ec5d16fb1ea774c05eaf9d718f24f8e1a6ebd2792092c4c0eee8b01ee3e8a7f8300737d68ab9ecda9a6a867f9cc23b9cb4a8240f618e1cbbd0f73736eceb3b06d7eb4b7cf8f16f936acba1d8ac299512274420a8c92206d5fe7d4cf3dcbb719ccb1c42f8c2881a7a0e3a39ad1c7d8a20d4ea25625b5eaf9d73fd27c734a6ec5e78e08ee041baabc97b83b16ff000600e7ffd9');
INSERT INTO frame VALUES(3,1,2,12502094686122,1795357295898322963,2,2,1,1,X'ffd8ffe000104a46494600010200000100010000fffe00104c61766335392e33372e31303000ffdb004300080a0a0b0a0b0d0d0d0d0d0d100f101010101010101010101012121215151512121210101212141415151717171515151517171919191e1e1c1c2323242b2b33ffc4007200010101010100000000000000000000000603040507010101000000000000000000000000000004051000020102060200070100000000000000010211120331410021040522516142148132137133110002020103040301000000000000000003011102210012130471322261819131ffc00011080010002003012200021100031100ffda000c03010002110311003f00497fb2ebeaa3eb38b5296565fdd6e548d8822a9041c8e8176ccf7f8a578cd5bedfe6e034489820e246bcec5ebb6dda96237fee0c1863f103573cdbca6011e2763bed1001c636a532f947b3261010ec7bceeb1f87931eb225874596beddbbe8e7e9c672848f72e07774529af78f29ae62143519d77d785ceb96adcf1b90cfe7308ef8b4a890321b68e5de87b9b94d1d6760d8fe3c5be7d7ab7aa1e6de57250846056184c808d2a04923685ca7c47b339eeddb8ee4b3b18851be4a2951f6000d5019ac219e8a1a3a12b4cb6b8bc76e7f667e3544dd45ce300ef100deaaf32f7c4ee96ff91888d7ffd9');
INSERT INTO frame VALUES(4,1,3,12502094709766,1795357295898346607,3,3,1,1,X'ffd8ffe000104a46494600010200000100010000fffe00104c61766335392e33372e31303000ffdb004300080a0a0b0a0b0d0d0d0d0d0d100f101010101010101010101012121215151512121210101212141415151717171515151517171919191e1e1c1c2323242b2b33ffc400700001010101000000000000000000000000060307040101010000000000000000000000000000040510000201030304020301010000000000000201110321120004053141225161324271331413110002020201040301010000000000000003011102122100223213048131719161ffc00011080010002003012200021100031100ffda000c03010002110311003f00495f92e3f2c3fd9b5c859090ff00da9c8b5669aca534fb3d02e588ebed58ed8b33b7f3348a254c34fab5aced56ab4ccb126aff00be848975f94b577bdac2e135e2ecef68849f58b621dbf15edc984043b1ef3958fe1f26ba644b4e8b6d7cbb7ef0e7f5c672848f25e07774529aeb8ee9aee214351be205b3df54a54e76d5d9f9b7004712522a457656d1babc0f33531c38ce40bafd76b5dfaf54f542ded6123c1a06f152a7ea04988ddb50b10ed3e2bdb9e6a956a11b927681f56150ba7c2d5019ac219c6a1a3a12b4cb690bb71dff00667fce5137b2438c03bc4033557b979c4e52dfd46a239fffd9');
CREATE TABLE ledger (
    recording INTEGER PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
    captured INTEGER NOT NULL,          -- = process_in + capture_lost
    capture_lost INTEGER NOT NULL,
    process_in INTEGER NOT NULL,
    process_out INTEGER NOT NULL,
    process_lost INTEGER NOT NULL,
    record_offered INTEGER NOT NULL,    -- = record_stored + record_skipped + record_lost
    record_stored INTEGER NOT NULL,     -- rows in frame
    record_skipped INTEGER NOT NULL,    -- by the recording's own rate
    record_lost INTEGER NOT NULL,
    present_offered INTEGER NOT NULL,   -- = present_presented + present_replaced
    present_presented INTEGER NOT NULL,
    present_replaced INTEGER NOT NULL,
    predict_offered INTEGER NOT NULL,   -- = predict_predicted + predict_replaced
    predict_predicted INTEGER NOT NULL,
    predict_replaced INTEGER NOT NULL,
    reconnects INTEGER NOT NULL,
    bytes INTEGER NOT NULL,             -- of all frames
    first_pts INTEGER,                  -- smallest pts, NULL without frames
    last_pts INTEGER,                   -- largest pts
    end_pts INTEGER                     -- end of the last frame
) STRICT;
INSERT INTO ledger VALUES(1,4,0,4,4,0,4,4,0,0,4,3,1,0,0,0,0,1921,0,3,4);
CREATE TABLE loss (
    recording INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,                 -- counts from 0 in a recording
    stage TEXT NOT NULL CHECK (stage IN ('capture', 'process', 'record')),
    reason TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,             -- frames lost, 0 for a hole of unknown content
    wall_ns INTEGER NOT NULL,           -- when it began, since 1970-01-01 UTC
    duration_ns INTEGER NOT NULL,       -- of a hole, else 0
    PRIMARY KEY (recording, n)
) STRICT, WITHOUT ROWID;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('recording',1);
CREATE INDEX frame_order ON frame (recording);
CREATE INDEX frame_time ON frame (recording, pts);
CREATE INDEX frame_key ON frame (recording, seq) WHERE key = 1;
CREATE VIEW recordings AS
    SELECT r.id, r.name, r.state, r.source, r.codec, r.width, r.height,
        l.record_stored AS frames,
        l.capture_lost + l.process_lost + l.record_lost AS lost,
        l.bytes,
        strftime('%Y-%m-%dT%H:%M:%fZ', r.started_wall_ns / 1e9, 'unixepoch') AS started,
        coalesce((l.end_pts - l.first_pts) * 1.0 * r.time_base_num / r.time_base_den, 0.0)
            AS duration_s
    FROM recording r JOIN ledger l ON l.recording = r.id;
CREATE VIEW frames AS
    SELECT r.name AS recording, f.seq,
        (f.pts - l.first_pts) * 1.0 * r.time_base_num / r.time_base_den AS time_s,
        strftime('%Y-%m-%dT%H:%M:%fZ', f.wall_ns / 1e9, 'unixepoch') AS wall,
        f.captured_ns, f.key, length(f.data) AS size
    FROM frame f JOIN recording r ON r.id = f.recording
        JOIN ledger l ON l.recording = f.recording;
PRAGMA application_id = 1281712500;
PRAGMA user_version = 1;
COMMIT;
PRAGMA journal_mode = WAL;
