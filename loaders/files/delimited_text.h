// Cuts delimited text into records: libcsv with line numbers and a strictness of our own.
#ifndef MUSTER_LOADERS_FILES_DELIMITED_TEXT_H_
#define MUSTER_LOADERS_FILES_DELIMITED_TEXT_H_

#include <csv.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/files/record_reader.h"

namespace muster::loaders {

// A cell or a record of more bytes is an error: it is an unclosed quote much more likely than a fact about a
// member.
inline constexpr size_t kMaxRecordBytes = 8 << 20;

// Takes the text of a file piece by piece and gives out its records, the header like any other. For one
// thread.
class DelimitedText {
 public:
  // Called with the line (from 1) where a record began and its cells; the cells live for the call.
  using Take = std::function<void(uint64_t line, absl::Span<const absl::string_view> cells)>;

  // REQUIRES: delimiter and quote are ASCII, differ, and are no line ends.
  DelimitedText(char delimiter, char quote, bool keep_white_space);
  ~DelimitedText();
  DelimitedText(const DelimitedText&) = delete;
  DelimitedText& operator=(const DelimitedText&) = delete;

  // Takes the next piece and calls `take` for each record that ends in it.
  // Errors: INVALID_ARGUMENT with the line, for text after a closing quote and for an endless cell or record.
  absl::Status Feed(absl::Span<const char> piece, const Take& take);
  // Takes the end of the text. Errors: INVALID_ARGUMENT with the line, for an unclosed quote.
  absl::Status Finish(const Take& take);

 private:
  static void OnCell(void* text, size_t bytes, void* self);
  static void OnRecordEnd(int ended_by, void* self);
  void EndRecord(int ended_by);

  csv_parser parser_;
  const Take* take_ = nullptr;  // while feeding
  std::string text_;            // the cells of the record, one after another
  std::vector<size_t> ends_;    // where each ends in text_
  std::vector<absl::string_view> cells_;
  uint64_t line_ = 1;         // of what comes next
  uint64_t record_line_ = 1;  // where the record began
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_DELIMITED_TEXT_H_
