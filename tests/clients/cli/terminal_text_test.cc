// Terminal output: no control sequences from foreign data, and colours only if they are enabled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <sstream>

#include "clients/cli/escaping_stream.h"
#include "clients/cli/printable.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/shown_text.h"
#include "text/display_width.h"

namespace muster::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Printable, WritesOutWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("上海, plain\ttext\n"), "上海, plain\ttext\n");
  EXPECT_EQ(Printable("\x1b]52;c;aGk=\x07"), "\\x1b]52;c;aGk=\\x07");
  EXPECT_EQ(Printable("a\rb\x7f"), "a\\x0db\\x7f");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "31m"),
            "a\\x9b31m");  // the eight-bit CSI
  EXPECT_EQ(Printable("gpj\u202efdp.exe"), "gpj\\u202efdp.exe");
  EXPECT_EQ(Printable("\u2066\u200e\u061c\u2028"), "\\u2066\\u200e\\u061c\\u2028");
  EXPECT_EQ(Printable("\xff\xe4\xb8"), "\\xff\\xe4\\xb8");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\x00");
}

// Every code point below U+3000, against the plain rule.
TEST(Printable, LeavesAllOthersAsTheyAre) {
  for (int value = 1; value < 0x3000; ++value) {
    std::string text;
    if (value < 0x80) {
      text = {static_cast<char>(value)};
    } else if (value < 0x800) {
      text = {static_cast<char>(0xc0 | value >> 6), static_cast<char>(0x80 | (value & 0x3f))};
    } else {
      text = {static_cast<char>(0xe0 | value >> 12), static_cast<char>(0x80 | (value >> 6 & 0x3f)),
              static_cast<char>(0x80 | (value & 0x3f))};
    }
    const bool control = (value < 0x20 && value != '\n' && value != '\t') || (value >= 0x7f && value < 0xa0);
    const bool moves = value == 0x61c || value == 0x200e || value == 0x200f ||
                       (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
    EXPECT_EQ(Printable(text) != text, control || moves) << std::hex << value;
  }
}

// A stream as main() makes one for a terminal.
struct TerminalStream {
  explicit TerminalStream(bool colours) : buffer(*seen.rdbuf(), colours), stream(&buffer) {}
  std::ostringstream seen;
  EscapingBuffer buffer;
  std::ostream stream;
};

TEST(EscapingBuffer, EscapesWhateverThePiecesAre) {
  const std::string text = "上海\x1b[2J\u202e\xff";
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    TerminalStream terminal(true);
    for (size_t at = 0; at < text.size(); at += piece) terminal.stream << text.substr(at, piece);
    terminal.stream << std::flush;
    EXPECT_EQ(terminal.seen.str(), "上海\\x1b[2J\\u202e\\xff") << piece;
  }
}

TEST(EscapingBuffer, ObeysMusterAlone) {
  TerminalStream coloured(true), plain(false);
  std::ostringstream pipe;
  for (std::ostream* out : {&coloured.stream, &plain.stream, static_cast<std::ostream*>(&pipe)}) {
    Paint(*out, Colour::kRed, "error: ");
    *out << "a\x1b[0m" << std::flush;
    Control(*out, "\r");
  }
  EXPECT_EQ(coloured.seen.str(), "\x1b[1;31merror: \x1b[0ma\\x1b[0m\r");
  EXPECT_EQ(plain.seen.str(), "error: a\\x1b[0m\r");
  EXPECT_EQ(pipe.str(), "error: a\x1b[0m");
}

TEST(FitWidth, IsOneLineThatATerminalDoesNotObey) {
  EXPECT_EQ(FitWidth("a\x1b[2Jb\n\tc", 30), "a\\x1b[2Jb\\n c");
  EXPECT_EQ(FitWidth("\u202e123456", 8), "\\u202e1…");
}

TEST(ProgressBar, WipesItselfAwayAndFitsTheTerminal) {
  TerminalStream seen(false);
  std::ostringstream out;
  const Terminal terminal = {out, seen.stream, true, 40};
  { ProgressBar(terminal, "loading a-file-with-a-very-long-name-indeed.csv", "records").Show(0.5, 12345); }
  EXPECT_THAT(seen.seen.str(), HasSubstr("50 %  12,345 records  0 s"));
  EXPECT_THAT(seen.seen.str(), EndsWith("\r\x1b[K"));
  EXPECT_EQ(out.str(), "");
  for (size_t columns = 20; columns < 120; ++columns) {
    EXPECT_LE(DisplayWidth(ProgressLine({"loading 上海的用户.csv", 0.3, 1'234'567, "records", absl::Hours(9)},
                                        columns)),
              columns);
  }
}

}  // namespace
}  // namespace muster::cli
