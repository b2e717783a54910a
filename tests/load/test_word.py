"""Word and OpenDocument files as they are printed: numbers, notes, text boxes, changes; and those that mean harm."""

import io
import zipfile

import pytest

import rag.load.markup
from rag.errors import ReadError
from rag.load import load, odt
from rag.load.markup import read_docx, zip_format

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def lines(pages):
    (page,) = pages
    return [(line.role, page.text[line.start : line.end]) for line in page.lines]


def p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def numbered(text, number=1, level=0):
    return p(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>")


def word(body, head="", **parts):
    """A Word file with this XML as its body; `parts` replace those of python-docx's template."""
    import docx

    held = io.BytesIO()
    docx.Document().save(held)
    out = io.BytesIO()
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            data = old.read(entry).decode("utf-8", "replace") if entry.endswith((".xml", ".rels")) else old.read(entry)
            if entry == "word/document.xml":
                data = f"{head}<w:document {W} {MC}><w:body>{body}</w:body></w:document>"
            elif entry == "word/numbering.xml":
                data = parts.get("numbering", data)
            elif entry == "word/_rels/document.xml.rels":
                more = f'<Relationship Id="rIdN" Type="{TYPE}/footnotes" Target="footnotes.xml"/></Relationships>'
                data = data.replace("</Relationships>", more) if "footnotes" in parts else data
            elif entry == "[Content_Types].xml" and "footnotes" in parts:
                more = f'<Override PartName="/word/footnotes.xml" ContentType="{NOTES}"/></Types>'
                data = data.replace("</Types>", more)
            new.writestr(entry, data)
        if "footnotes" in parts:
            new.writestr("word/footnotes.xml", f"<w:footnotes {W}>{parts['footnotes']}</w:footnotes>")
    return out.getvalue()


def read(body, **parts):
    return lines(read_docx(word(body, **parts), "a.docx")[0])


def test_deleted_words_are_left_out_and_inserted_ones_read():
    body = (
        "<w:p><w:r><w:t>Plans were </w:t></w:r><w:del><w:r><w:delText>late</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>early</w:t></w:r></w:ins><w:moveFrom><w:r><w:t> moved</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Within</w:t><w:tab/><w:t>a control.</w:t></w:r></w:p></w:sdtContent>"
        "</w:sdt>"
    )
    assert read(body) == [("", "Plans were early."), ("", "Within a control.")]


def test_text_boxes_follow_the_paragraph_that_they_hang_on_and_are_read_once():
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    body = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        f"</mc:AlternateContent></w:r><w:r><w:t>Beside it.</w:t></w:r></w:p>{p('After.')}"
    )
    assert read(body) == [("", "Beside it."), ("", "In the box."), ("", "After.")]


def test_notes_stand_last_and_their_marks_in_the_text():
    call = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    body = f"<w:p><w:r><w:t>Board</w:t></w:r>{call.format(7)}<w:r><w:t> met.</w:t></w:r>{call.format(3)}</w:p>"
    body += f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r>{call.format(9)}</w:p></w:tc></w:tr></w:tbl>"
    notes = "".join(f"<w:footnote w:id='{id}'>{p(f' Note {id}.')}</w:footnote>" for id in (3, 7, 9))
    assert read(body, footnotes=notes) == [
        ("", "Board¹ met.²"),
        ("row", "Cell³"),
        ("footnote", "¹ Note 7."),
        ("footnote", "² Note 3."),
        ("footnote", "³ Note 9."),
    ]


LEVELS = "".join(
    f"<w:lvl w:ilvl='{at}'><w:start w:val='{start}'/><w:numFmt w:val='{kind}'/><w:lvlText w:val='{text}'/></w:lvl>"
    for at, kind, text, start in ((0, "decimal", "%1.", 1), (1, "decimal", "%1.%2", 1), (2, "lowerRoman", "(%3)", 3))
)
NUMBERING = (
    f"<w:numbering {W}><w:abstractNum w:abstractNumId='0'>{LEVELS}</w:abstractNum><w:abstractNum w:abstractNumId='1'>"
    "<w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='o'/></w:lvl></w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num>"
    "<w:num w:numId='3'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/>"
    "</w:lvlOverride></w:num></w:numbering>"
)


def test_numbers_that_word_prints_are_read():
    style = "<w:pStyle w:val='Heading1'/>"
    number = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
    body = p("Purpose", style + number) + numbered("One.", level=1) + numbered("Two.", level=1) + numbered("x", level=2)
    body += numbered("y", level=2) + p("Findings", style + number) + numbered("Three.", level=1) + numbered("Point", 2)
    body += numbered("Anew", 3) + numbered("No such list", 9)
    assert read(body, numbering=NUMBERING) == [
        ("heading1", "1. Purpose"),
        ("", "1.1 One."),
        ("", "1.2 Two."),
        ("", "(iii) x"),
        ("", "(iv) y"),
        ("heading1", "2. Findings"),
        ("", "2.1 Three."),
        ("item", "Point"),
        ("", "1. Anew"),
        ("", "No such list"),
    ]


def test_headings_are_told_by_outline_and_contents_are_passed_over():
    body = p("Deep", "<w:outlineLvl w:val='2'/>") + p("Body", "<w:outlineLvl w:val='9'/>")
    assert read(body) == [("heading3", "Deep"), ("", "Body")]


# ── OpenDocument ─────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
    for name, of in [*((name, name) for name in ("office", "text", "table", "style")), ("draw", "drawing")]
)


def open_document(body, head="", manifest="<m/>", kind="text"):
    out = io.BytesIO()
    content = (
        f"{head}<office:document-content {NAMES}><office:automatic-styles><style:style style:name='P1' "
        "style:parent-style-name='Title'/></office:automatic-styles><office:body>"
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return out.getvalue()


def test_an_open_document_becomes_lines_with_roles(tmp_path):
    said = "<text:note-body><text:p>A note.</text:p></text:note-body>"
    note = f"<text:note><text:note-citation>1</text:note-citation>{said}</text:note>"
    body = (
        "<text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes>"
        "<text:p text:style-name='P1'>Committee paper</text:p><text:h text:outline-level='2'>Findings</text:h>"
        f"<text:p>Plans<text:s/>were <text:span>late</text:span>{note} in<text:line-break/>May."
        "<office:annotation><text:p>Remark.</text:p></office:annotation></text:p>"
        "<text:list><text:list-item><text:p>First</text:p><text:list><text:list-item><text:p>Within</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<text:p>Beside.<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>"
        "<table:table-cell><text:p>Count</text:p></table:table-cell></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>Both</text:p></table:table-cell>"
        "<table:covered-table-cell/></table:table-row></table:table>"
    )
    path = tmp_path / "a.odt"
    path.write_bytes(open_document(body))
    document = load(path, "a.odt")
    assert (document.format, document.paged, document.problems) == ("odt", False, ())
    assert lines(document.pages) == [
        ("heading1", "Committee paper"),
        ("heading2", "Findings"),
        ("", "Plans were late¹ in May."),
        ("item", "First"),
        ("item", "  Within"),
        ("", "Beside."),
        ("", "In a box."),
        ("head", "Year | Count"),
        ("row", "Both"),
        ("footnote", "¹ A note."),
    ]
    (row,) = [line for line in document.pages[0].lines if line.role == "row"]
    assert len(row.parts) == 2 and row.parts[0] == row.parts[1], "a merged cell takes both columns"


def test_other_open_documents_and_locked_ones_are_refused():
    with pytest.raises(ReadError, match="is a zip archive"):
        zip_format(open_document("", kind="spreadsheet"), "a.odt")
    with pytest.raises(ReadError, match="locked with a password"):
        odt.read(open_document("<text:p>x</text:p>", manifest="<manifest:encryption-data/>"), "a.odt")
    with pytest.raises(ReadError, match="holds no text"):
        odt.read(open_document(""), "a.odt")


# ── hostile files ────────────────────────────────────────────────────────────────────────────────────────────────

LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize("leak", ["", "<!DOCTYPE x [<!ENTITY a11 SYSTEM 'file:///etc/passwd'>]>"])
def test_entities_are_neither_written_out_nor_fetched(leak):
    for made, reader in (
        (word(p("Read &a11; this."), leak or LAUGHS), read_docx),
        (open_document("<text:p>Read &a11; this.</text:p>", leak or LAUGHS), odt.read),
        (word(p("Read this.", "<w:pStyle w:val='&a11;'/>"), leak or LAUGHS), read_docx),
    ):
        try:
            text = reader(made, "a.docx")[0][0].text
        except ReadError as error:
            text = str(error)
        assert len(text) < 200 and "root:" not in text


@pytest.mark.parametrize("made", [word(p("Words.")), open_document("<text:p>Words.</text:p>")], ids=["docx", "odt"])
def test_archives_that_unpack_to_too_much_or_too_many_are_refused(made, monkeypatch):
    monkeypatch.setattr(rag.load.markup, "MAX_UNPACKED", 50)
    with pytest.raises(ReadError, match="unpacks to .* more than is read"):
        zip_format(made, "a.docx")
    monkeypatch.setattr(rag.load.markup, "MAX_UNPACKED", 10**9)
    monkeypatch.setattr(rag.load.markup, "MAX_PARTS", 2)
    with pytest.raises(ReadError, match="in .* parts, more than is read"):
        zip_format(made, "a.docx")


def test_an_archive_that_lies_about_its_size_is_damaged():
    made = bytearray(open_document(f"<text:p>{'Words. ' * 100_000}</text:p>"))
    at = made.rindex(b"PK\x01\x02")  # the last entry of the directory is content.xml's
    made[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert zip_format(bytes(made), "a.odt") == "odt"
    with pytest.raises(ReadError, match="damaged"):
        odt.read(bytes(made), "a.odt")


@pytest.mark.parametrize("cut", [30, 200, 400])
def test_cut_files_are_refused(cut):
    for made in (word(p("Words.")), open_document("<text:p>Words.</text:p>" * 40)):
        with pytest.raises(ReadError, match="damaged or cut short"):
            zip_format(made[:cut], "a.docx")


def test_archives_within_archives_are_not_opened():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("inner.docx", word(p("Inner words.")))
    with pytest.raises(ReadError, match="is a zip archive"):
        zip_format(held.getvalue(), "a.docx")


def test_deep_nesting_and_circles_of_styles_break_nothing():
    deep = "<w:sdt><w:sdtContent>" * 3000 + p("Deep.") + "</w:sdtContent></w:sdt>" * 3000
    with pytest.raises(ReadError, match="damaged"):
        read(deep)
    assert read("<w:sdt><w:sdtContent>" * 100 + p("Deep.") + "</w:sdtContent></w:sdt>" * 100) == [("", "Deep.")]
