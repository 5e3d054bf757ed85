// Checks that must hold for the record cutter on any bytes. Shared by the libFuzzer program and the test of
// the stored corpus.
#ifndef MUSTER_TESTS_FUZZ_CSV_BODY_H_
#define MUSTER_TESTS_FUZZ_CSV_BODY_H_

#include <iterator>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/loaders/files/reference_cutter.h"

namespace muster::fuzz {

// Empty when all holds, else what doesn't. The first byte chooses a format, the second the size of the pieces
// in which the rest is cut: into the same records as in one piece, and as the reference cuts it.
inline std::string CheckCsv(std::string_view input) {
  static const loaders::TextFormat kFormats[] = {
      {.delimiter = ","},
      {.delimiter = "\t", .quote = 0},
      {.delimiter = ",", .escape = '\\'},
      {.delimiter = "\t", .quote = 0, .escape = '\\'},
      {.delimiter = "||", .quote = '\''},
      {.delimiter = ";", .keep_white_space = true},
      {.delimiter = "aab", .escape = '!', .keep_white_space = true},
      {.delimiter = " "},
      {.delimiter = ",", .quote = 0, .escape = '\\', .list_separator = ';'},
  };
  if (input.size() < 2) return "";
  const loaders::TextFormat& format = kFormats[static_cast<unsigned char>(input[0]) % std::size(kFormats)];
  const size_t piece = static_cast<unsigned char>(input[1]) + size_t{1};
  const std::string text(input.substr(2));
  const loaders::CutText expected = loaders::ReferenceCutter(text, format).Cut();
  const auto differs = [&](const loaders::CutText& cut, const char* how) {
    return cut == expected ? ""
                           : absl::StrCat(how, ":\n", absl::StrJoin(cut, "\n"), "\nand the reference:\n",
                                          absl::StrJoin(expected, "\n"));
  };
  const std::string wrong = differs(loaders::CutInPieces(text, format, text.size() + 1), "in one piece");
  return wrong.empty() ? differs(loaders::CutInPieces(text, format, piece), "in pieces") : wrong;
}

}  // namespace muster::fuzz

#endif  // MUSTER_TESTS_FUZZ_CSV_BODY_H_
