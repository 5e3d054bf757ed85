#include "loaders/files/file_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace muster::loaders {
namespace {

using testing::HasSubstr;

std::string KindOf(const std::string& start, const std::string& path = "table.csv") {
  return OtherFormatOf(start, path).value_or("");
}

TEST(FileKind, NamesOtherFormatsByTheirFirstBytes) {
  const std::string binary(40, '\0');
  EXPECT_THAT(KindOf("PK\x03\x04" + binary), HasSubstr("is a ZIP archive, not CSV: unpack it"));
  EXPECT_THAT(KindOf("PK\x03\x04" + binary, "table.xlsx"), HasSubstr("is an Excel workbook"));
  EXPECT_THAT(KindOf("PK\x03\x04" + binary + "[Content_Types].xml"), HasSubstr("is an Excel workbook"));
  EXPECT_THAT(KindOf("PK\x03\x04" + binary + "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
              HasSubstr("is an OpenDocument spreadsheet"));
  EXPECT_THAT(KindOf("PAR1\x15\x04" + binary), HasSubstr("is a Parquet file"));
  EXPECT_THAT(KindOf("ORC\x0a\x0b" + binary), HasSubstr("is an ORC file"));
  EXPECT_THAT(KindOf("Obj\x01\x04" + binary), HasSubstr("is an Avro file"));
  EXPECT_THAT(KindOf("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + binary), HasSubstr("is an old Excel workbook"));
  EXPECT_THAT(KindOf("%PDF-1.7\n"), HasSubstr("is a PDF document"));
  EXPECT_THAT(KindOf("BZh91AY&SY\x01\x02" + binary),
              HasSubstr("is compressed with bzip2, not CSV: decompress it"));
  EXPECT_THAT(KindOf(std::string("\xfd") + "7zXZ" + binary), HasSubstr("is compressed with xz"));
  EXPECT_THAT(KindOf("\x04\x22\x4d\x18" + binary), HasSubstr("is compressed with LZ4"));
  EXPECT_THAT(KindOf(std::string("SQLite format 3\0", 16)), HasSubstr("is an SQLite database"));
  EXPECT_THAT(KindOf(std::string(257, 'x') + "ustar"), HasSubstr("is a tar archive"));
  EXPECT_THAT(KindOf("<!DOCTYPE html><html>"), HasSubstr("is a web page"));
  EXPECT_THAT(KindOf("<?xml version=\"1.0\"?>"), HasSubstr("is XML"));
  EXPECT_THAT(KindOf("{\"id\":\"1\"}\n{\"id\":\"2\"}\n"), HasSubstr("is JSON lines"));
  EXPECT_THAT(KindOf("{\n \"id\": 1\n}"), HasSubstr("is JSON, not CSV: write an object a line"));
  EXPECT_THAT(KindOf("[\n {\"id\": 1}]"), HasSubstr("is JSON, not CSV"));
}

TEST(FileKind, TakesTextForText) {
  for (const char* text : {"", "id,city\n1,X\n", "ORC,PAR1\n1,2\n", "PAR1\n", "BZh9,x\n", "{\"a\"}x,b\n1,2\n",
                           "[1],{2}\n", "FEA1;x\n", "PK,id\n", "%PDF\n", "<id>,b\n"}) {
    EXPECT_EQ(KindOf(text), "") << text;
  }
}

// `ascii` and other code points below U+10000 as UTF-16.
std::string Utf16(const std::u16string& text, bool little) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}

TEST(FileKind, KnowsUtf16WithoutAMark) {
  for (const std::u16string text : {u"id,city\n1,X\n", u"编号,城市\r\n1,上海\r\n2,北京\r\n", u"a,b"}) {
    EXPECT_EQ(UnmarkedUtf16Of(Utf16(text, true)), "utf-16le");
    EXPECT_EQ(UnmarkedUtf16Of(Utf16(text, false)), "utf-16be");
  }
  // NUL bytes alone make no UTF-16, nor does UTF-8.
  EXPECT_EQ(UnmarkedUtf16Of(std::string("id,a\n1,\0x\n2,\0y\n", 16)), std::nullopt);
  EXPECT_EQ(UnmarkedUtf16Of(std::string("id,a\n1,x\0y\n2\0,z\n3,w\n", 20)), std::nullopt);
  EXPECT_EQ(UnmarkedUtf16Of(std::string("id,a\n1,上\0海\n2\0\0,z\n", 22)), std::nullopt);
  EXPECT_EQ(UnmarkedUtf16Of(std::string(1000, '\0')), std::nullopt);
  EXPECT_EQ(UnmarkedUtf16Of("编号,城市\n1,上海\n"), std::nullopt);
  EXPECT_EQ(UnmarkedUtf16Of("id,city\n1,X\n"), std::nullopt);
  EXPECT_EQ(UnmarkedUtf16Of(""), std::nullopt);
}

TEST(FileKind, TellsGb18030FromUtf8) {
  const std::string gb = "id,city\n1,\xc9\xcf\xba\xa3\n2,\x81\x30\x81\x30\n",
                    utf8 = "id,city\n1,上海\n2,北京\n";
  EXPECT_TRUE(LooksLikeGb18030(gb));
  EXPECT_TRUE(LooksLikeGb18030(gb + "\xc9"));  // cut off
  EXPECT_FALSE(LooksLikeGb18030(utf8));
  EXPECT_FALSE(LooksLikeGb18030(utf8.substr(0, utf8.size() - 2)));  // cut off within a character
  EXPECT_FALSE(LooksLikeGb18030("id,city\n"));
  EXPECT_FALSE(LooksLikeGb18030("id\ncaf\xe9,x\n"));  // Latin-1
  EXPECT_FALSE(LooksLikeGb18030("id\n\xff\xff\n"));
  EXPECT_FALSE(LooksLikeGb18030("id,city\n1,M\xfcnchen\n2,K\xf6ln\n"));
  EXPECT_TRUE(LooksLikeUtf8("id,name\n1,Müller\n2,Jäger\n3,Köhler\n4,Zoë\n5,Äpfel\n6,Öl\n"));
  EXPECT_FALSE(LooksLikeUtf8("id,name\n1,Müller\n"));  // \xc3\xbc is a character of GB18030 as well
  EXPECT_TRUE(MayBeUtf8("id,name\n1,Müller\n"));
  EXPECT_FALSE(MayBeUtf8("id,name\n1,x\n"));
  EXPECT_FALSE(MayBeUtf8(gb));
  EXPECT_TRUE(LooksLikeUtf8(utf8));
  EXPECT_TRUE(LooksLikeUtf8(utf8.substr(0, utf8.size() - 2)));
  EXPECT_FALSE(LooksLikeUtf8(gb));
  EXPECT_FALSE(LooksLikeUtf8("id,city\n"));
}

TEST(FileKind, TellsEncodingsOfSingleBytesFromDamagedUtf8) {
  EXPECT_TRUE(LooksLikeSingleBytes("id,city\n1,M\xfcnchen\n2,K\xf6ln\n"));
  EXPECT_TRUE(LooksLikeSingleBytes("id\ncaf\xe9,x\n"));
  EXPECT_FALSE(LooksLikeSingleBytes("id,city\n1,上海\n2,\xff\n"));
  EXPECT_FALSE(LooksLikeSingleBytes("id,city\n1,x\n"));
  EXPECT_FALSE(LooksLikeSingleBytes(""));
}

}  // namespace
}  // namespace muster::loaders
