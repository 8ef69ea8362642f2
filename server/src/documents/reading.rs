//! What the server can count itself: plain text, and Word documents, whose text is read as it unpacks and kept nowhere.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};
use zip::ZipArchive;

use super::length::{self, Counter};
use crate::attachments::AttachmentKind;

/// As much as the text part of a Word document may unpack to; 200,000 characters with all their formatting take a fifth.
const UNPACKED: u64 = 48 * 1024 * 1024;
/// As deep as elements may stand in each other.
const DEPTH: usize = 1000;

/// What came of counting a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// So many characters.
    Counted(i64),
    /// Nothing that can be counted: a picture, a scan.
    Uncountable,
    /// It should be a document with text, and cannot be read, or not within the bounds.
    Unreadable,
    /// There is no such file.
    Missing,
}

/// Counts a file.
pub fn measure(kind: AttachmentKind, bytes: &[u8]) -> Measured {
    match kind {
        AttachmentKind::Text => match std::str::from_utf8(bytes) {
            Ok(text) => Measured::Counted(length::length(text)),
            Err(_) => Measured::Unreadable,
        },
        AttachmentKind::Docx => word(bytes).map_or(Measured::Unreadable, Measured::Counted),
        AttachmentKind::Pdf | AttachmentKind::Xlsx | AttachmentKind::Jpeg | AttachmentKind::Png => {
            Measured::Uncountable
        }
    }
}

/// The length of the main text of a Word document, text boxes included; `None` where it cannot be read.
fn word(bytes: &[u8]) -> Option<i64> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let part = archive.by_name("word/document.xml").ok()?;
    // One byte more than the bound tells that there is more.
    count(BufReader::new(part.take(UNPACKED + 1)))
}

fn count(xml: impl BufRead) -> Option<i64> {
    let mut reader = Reader::from_reader(xml);
    let mut counter = Counter::default();
    let mut open: Vec<Element> = Vec::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) => {
                let hidden = open.last().is_some_and(|above| above.hidden);
                let name = element.local_name();
                // What was deleted or moved away, and the second copy of a drawing that is kept for old programs.
                let hidden = hidden || matches!(name.as_ref(), "del" | "moveFrom" | "Fallback");
                open.push(Element { hidden, is_text: name.as_ref() == "t" });
                if open.len() > DEPTH {
                    return None;
                }
            }
            Event::End(element) => {
                open.pop()?;
                if element.local_name().as_ref() == "p" {
                    counter.read("\n");
                }
            }
            Event::Empty(element) if matches!(element.local_name().as_ref(), "tab" | "br" | "cr" | "p") => {
                counter.read("\n");
            }
            Event::Text(text) if shows(&open) => counter.read(&text),
            Event::CData(text) if shows(&open) => counter.read(&text),
            Event::GeneralRef(entity) if shows(&open) => {
                let own = entity.resolve_char_ref().ok()?;
                let mut buffer = [0; 4];
                let text = match own {
                    Some(c) => c.encode_utf8(&mut buffer),
                    None => resolve_xml_entity(&entity)?,
                };
                counter.read(text);
            }
            Event::Eof if open.is_empty() => break,
            Event::Eof => return None,
            _ => {}
        }
        if reader.buffer_position() > UNPACKED {
            return None;
        }
    }
    Some(counter.count())
}

#[derive(Clone, Copy)]
struct Element {
    hidden: bool,
    is_text: bool,
}

fn shows(open: &[Element]) -> bool {
    open.last().is_some_and(|element| element.is_text && !element.hidden)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn docx(body: &str) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("word/document.xml", SimpleFileOptions::default()).expect("a part");
        archive.write_all(body.as_bytes()).expect("written");
        archive.finish().expect("an archive").into_inner()
    }

    fn document(body: &str) -> Vec<u8> {
        docx(&format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>{body}</w:body></w:document>"#
        ))
    }

    fn measured(bytes: &[u8]) -> Measured {
        measure(AttachmentKind::Docx, bytes)
    }

    #[test]
    fn a_word_document_is_as_long_as_its_text() {
        let body = "<w:p><w:r><w:t>学习Ru</w:t></w:r><w:r><w:t>st语言。</w:t></w:r></w:p>
            <w:p><w:r><w:t>one</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>two</w:t><w:tab/><w:t>a&amp;b &#x5B66;</w:t></w:r></w:p>
            <w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p>
            <w:p><w:r><w:instrText>PAGE 1</w:instrText></w:r></w:p>
            <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice>
            <mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>";
        // 学 习 Rust 语 言 。 · one · two a&b 学 · 框
        assert_eq!(measured(&document(body)), Measured::Counted(6 + 1 + 3 + 1));
    }

    #[test]
    fn what_is_broken_or_a_bomb_is_not_counted() {
        for broken in ["", "<w:p>", "<w:p><w:t>学习</w:p>", "&unknown;<w:t>&unknown;</w:t>"] {
            let body = docx(&format!("<w:document>{broken}"));
            assert_eq!(measured(&body), Measured::Unreadable, "{broken}");
        }
        assert_eq!(measured(b"PK\x03\x04 no archive"), Measured::Unreadable);
        let deep = document(&"<w:p>".repeat(DEPTH + 1));
        assert_eq!(measured(&deep), Measured::Unreadable);
        let bomb = document(&"<w:t>aaaaaaaa</w:t>".repeat(3_000_000));
        assert!(bomb.len() < 1024 * 1024, "a bomb is small: {}", bomb.len());
        assert_eq!(measured(&bomb), Measured::Unreadable);
    }

    #[test]
    fn plain_text_is_counted_and_pictures_are_not() {
        assert_eq!(measure(AttachmentKind::Text, "\u{feff}学习 ok".as_bytes()), Measured::Counted(3));
        assert_eq!(measure(AttachmentKind::Pdf, b"%PDF-1.7"), Measured::Uncountable);
    }
}
