// Checks that must hold for the reader of JSON objects on any bytes. Shared by the libFuzzer program and the test of
// the stored corpus.
#ifndef MUSTER_TESTS_FUZZ_NDJSON_BODY_H_
#define MUSTER_TESTS_FUZZ_NDJSON_BODY_H_

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "loaders/files/json_record.h"
#include "tests/loaders/files/reference_json.h"

namespace muster::fuzz {

// The cells of an object, or `!`. `text` lies at the end of a block of its own, so that reading further than the
// padding is found.
inline std::string ReadJson(const std::string& text, loaders::JsonRecord& record) {
  const size_t bytes = text.size() + loaders::kJsonPadding;
  const std::unique_ptr<char[]> block(new char[bytes]);
  std::copy(text.begin(), text.end(), block.get());
  std::fill(block.get() + text.size(), block.get() + bytes, '"');
  if (record.Read({block.get(), text.size()})) return "!";
  return absl::StrJoin(record.cells(), "|");
}

// Empty when all holds, else what doesn't: the text is read as another library reads it, and again alike by a
// reader that has just read it.
inline std::string CheckNdjson(std::string_view input) {
  constexpr int kDepthMax = 90;
  const std::string text(input);
  loaders::JsonRecord record({{.name = "a"}, {.name = "b", .single = true}, {.name = "c"}});
  const std::string got = ReadJson(text, record);
  if (ReadJson(text, record) != got) return "read again, it is another record";
  loaders::JsonRecord learning({});
  ReadJson(text, learning);
  // The other library skips a byte-order mark, ends at a NUL, and has no limit of depth.
  const auto open = std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; });
  if (open > kDepthMax || absl::StartsWith(text, "\xef") || text.find('\0') != std::string::npos) return "";
  const std::string expected = loaders::ReferenceJson(text);
  if (expected == "?") return "";
  // The reference finds arrays only by keys without escapes.
  const bool comparable = text.find('\\') == std::string::npos;
  if (comparable ? got == expected : (got == "!") == (expected == "!")) return "";
  return absl::StrCat("read as ", got, ", and by the reference as ", expected);
}

}  // namespace muster::fuzz

#endif  // MUSTER_TESTS_FUZZ_NDJSON_BODY_H_
