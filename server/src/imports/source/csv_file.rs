//! Lists as text: UTF-8 with or without a mark, UTF-16, or GB18030 as Excel and WPS write it in China.

use axum::body::Bytes;
use encoding_rs::{Encoding, GB18030};

use super::{
    super::{
        options::COLUMNS,
        table::{Line, Value},
    },
    unfit,
};
use crate::error::ApiError;

pub(in super::super) struct CsvFile {
    text: String,
    delimiter: u8,
}

impl CsvFile {
    pub(super) fn open(file: &Bytes) -> Result<Self, ApiError> {
        let mut text = decode(file)?;
        // The line count below wants an end to every line.
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let delimiter = delimiter_of(&text);
        Ok(Self { text, delimiter })
    }

    pub(super) fn lines(&self, mut take: impl FnMut(Line) -> bool) -> Result<(), ApiError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(self.text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut number = 0_u32;
        let mut before = reader.position().line();
        while reader.read_record(&mut record).map_err(|_| super::broken())? {
            // The reader passes over blank lines, and a spreadsheet counts them; breaks inside of cells it does not.
            let after = reader.position().line();
            let within: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
            let passed = (after - before).saturating_sub(u64::try_from(within).unwrap_or(u64::MAX)).max(1);
            number = number.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
            before = after;
            let first = record.get(0).unwrap_or_default();
            // A hint for Excel.
            if number == 1 && first.len() <= 5 && first.starts_with("sep=") {
                continue;
            }
            let cells: Vec<Value> = record.iter().take(COLUMNS.into()).map(Value::text).collect();
            let line = Line { number, cells };
            if line.filled().next().is_some() && !take(line) {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn decode(file: &[u8]) -> Result<String, ApiError> {
    if let Some((encoding, mark)) = Encoding::for_bom(file) {
        let (text, broken) = encoding.decode_without_bom_handling(&file[mark..]);
        return if broken { Err(unreadable()) } else { Ok(text.into_owned()) };
    }
    let binary = file.iter().take(4096).any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c));
    if binary {
        return Err(unfit("not_a_table", "is neither .xlsx nor .csv"));
    }
    if let Ok(text) = std::str::from_utf8(file) {
        return Ok(text.to_owned());
    }
    let (text, broken) = GB18030.decode_without_bom_handling(file);
    if broken { Err(unreadable()) } else { Ok(text.into_owned()) }
}

fn unreadable() -> ApiError {
    unfit("encoding", "is in an encoding that cannot be read: save it as .xlsx, or as CSV in UTF-8")
}

/// What parts the cells: whatever stands most often outside of quotes in the first lines.
fn delimiter_of(text: &str) -> u8 {
    let mut counts = [(b',', 0_u32), (b'\t', 0), (b';', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in text.bytes().take(20_000) {
        quoted ^= byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
            *count += 1;
        }
    }
    let mut best = counts[0];
    for count in counts {
        if count.1 > best.1 {
            best = count;
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(file: &[u8]) -> Vec<(u32, Vec<String>)> {
        let mut rows = Vec::new();
        let file = CsvFile::open(&Bytes::copy_from_slice(file)).expect("a list");
        let take = |line: Line| {
            rows.push((line.number, line.cells.iter().map(Value::words).collect()));
            true
        };
        file.lines(take).expect("lines");
        rows
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn every_encoding_that_offices_use() {
        let text = "姓名,现住址\r\n张三,\"示例路 8 号, 2 楼\"\r\n";
        let expected = [row(1, &["姓名", "现住址"]), row(2, &["张三", "示例路 8 号, 2 楼"])];
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let gb = GB18030.encode(text).0.into_owned();
        for file in [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), gb, utf16] {
            assert_eq!(rows(&file), expected);
        }
        let tabs = text.replace(',', "\t").replace("号\t", "号,");
        assert_eq!(rows(tabs.as_bytes()), expected);
        assert_eq!(rows(b"sep=;\na;b\n"), [row(2, &["a", "b"])]);
        assert_eq!(
            CsvFile::open(&Bytes::from_static(b"\xff\xff,\x81")).err().map(|e| e.errors()[0].code.clone()),
            Some("encoding".into())
        );
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let text = "\n标题\n\n\n姓名,地址\n张三,\"一\n二\"\n\n李四,\"三\n\n四\"\n,\n王五,五";
        assert_eq!(
            rows(text.as_bytes()),
            [
                row(2, &["标题"]),
                row(5, &["姓名", "地址"]),
                row(6, &["张三", "一 二"]),
                row(8, &["李四", "三  四"]),
                row(10, &["王五", "五"])
            ]
        );
        assert_eq!(rows(text.replace('\n', "\r\n").as_bytes()).last(), Some(&row(10, &["王五", "五"])));
    }
}
