#include "loaders/files/delimited_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace muster::loaders {
namespace {

// Reporting every line end outside of cells is what lets us count lines.
constexpr unsigned char kOptions = CSV_STRICT | CSV_REPALL_NL;

int NothingIsSpace(unsigned char) { return 0; }

}  // namespace

DelimitedText::DelimitedText(char delimiter, char quote, bool keep_white_space) {
  csv_init(&parser_, kOptions);
  csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  csv_set_quote(&parser_, static_cast<unsigned char>(quote));
  if (keep_white_space) csv_set_space_func(&parser_, NothingIsSpace);
  csv_set_blk_size(&parser_, 4096);
}

DelimitedText::~DelimitedText() { csv_free(&parser_); }

void DelimitedText::OnCell(void* text, size_t bytes, void* self) {
  auto& me = *static_cast<DelimitedText*>(self);
  if (me.ends_.empty()) me.record_line_ = me.line_;
  const char* const begin = static_cast<const char*>(text);
  me.line_ += static_cast<uint64_t>(std::count(begin, begin + bytes, '\n'));
  me.text_.append(begin, bytes);
  me.ends_.push_back(me.text_.size());
}

void DelimitedText::OnRecordEnd(int ended_by, void* self) {
  static_cast<DelimitedText*>(self)->EndRecord(ended_by);
}

void DelimitedText::EndRecord(int ended_by) {
  if (!ends_.empty()) {
    cells_.clear();
    size_t begin = 0;
    for (const size_t end : ends_) {
      cells_.emplace_back(text_.data() + begin, end - begin);
      begin = end;
    }
    (*take_)(record_line_, cells_);
    text_.clear();
    ends_.clear();
  }
  // A CRLF is reported twice: it is one line. A lone CR ends a record too, but no line.
  if (ended_by == '\n') ++line_;
}

absl::Status DelimitedText::Feed(absl::Span<const char> piece, const Take& take) {
  take_ = &take;
  while (!piece.empty()) {
    const size_t parsed = csv_parse(&parser_, piece.data(), piece.size(), OnCell, OnRecordEnd, this);
    if (parsed == piece.size()) break;
    if (csv_error(&parser_) != CSV_EPARSE) {
      return absl::ResourceExhaustedError(absl::StrCat("line ", line_, ": there is no memory for this cell"));
    }
    if (parser_.quoted) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", line_,
          ": a cell goes on after its closing quote; double the quotes inside it, or quote it whole"));
    }
    // A quote inside an unquoted cell, as in 5" pipe: strict parsing stops at it, and is led past it.
    piece.remove_prefix(parsed);
    csv_set_opts(&parser_, CSV_REPALL_NL);
    csv_parse(&parser_, piece.data(), 1, OnCell, OnRecordEnd, this);
    csv_set_opts(&parser_, kOptions);
    piece.remove_prefix(1);
  }
  if (csv_get_buffer_size(&parser_) > kMaxRecordBytes || text_.size() > kMaxRecordBytes) {
    return absl::InvalidArgumentError(absl::StrCat("line ", ends_.empty() ? line_ : record_line_,
                                                   ": the record that begins here is longer than ",
                                                   kMaxRecordBytes, " bytes; look for an unclosed quote"));
  }
  return absl::OkStatus();
}

absl::Status DelimitedText::Finish(const Take& take) {
  take_ = &take;
  csv_set_opts(&parser_, kOptions | CSV_STRICT_FINI);
  if (csv_fini(&parser_, OnCell, OnRecordEnd, this) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line_, ": the quote of a cell that begins here is never closed"));
  }
  return absl::OkStatus();
}

}  // namespace muster::loaders
