// The header has the rules. CutBlock is the hot loop: one search finds all special bytes of 64, so that plain
// cells cost a step for each cell rather than for each byte. Cells with doubled quotes or escapes are only
// marked there; TakeMeaning rewrites them in place once their record is complete. A block is cut only when
// the bytes that a special byte may depend on have arrived as well.
#include "loaders/files/record_cutter.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"

namespace muster::loaders {
namespace {

constexpr size_t kFirstCells = 64;
constexpr char kGoesOn[] =
    "a cell goes on after its closing quote; double the quotes inside it, or quote it whole";
constexpr char kGoesOnAfterBackslash[] =
    "a cell goes on after a quote that has a backslash before it; where backslashes escape quotes, say so "
    "with escape: \"\\\\\" in the schema, or --escape '\\'";

// The character that an escape followed by `c` represents.
char Meant(char c, char escape) {
  if (escape != '\\') return c;
  return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

RecordCutter::RecordCutter(const TextFormat& format, uint64_t line, size_t piece_bytes)
    : delimiter_(format.delimiter),
      quote_(format.quote),
      escape_(format.escape),
      list_separator_(format.list_separator),
      blanks_are_text_(format.keep_white_space),
      piece_bytes_(piece_bytes),
      events_({delimiter_[0], '\n', '\r', quote_ == 0 ? '\n' : quote_, escape_ == 0 ? '\n' : escape_}),
      line_(line),
      record_line_(line),
      cells_(kFirstCells) {}

absl::Span<char> RecordCutter::Room() {
  const size_t gone = record_;
  const size_t needed = size_ - gone + piece_bytes_ + kSearchedBytes;
  std::vector<char> larger;
  if (text_.size() < needed) larger.resize(std::max(needed, 2 * text_.size()));
  char* const begin = larger.empty() ? text_.data() : larger.data();
  for (absl::string_view& cell : absl::MakeSpan(cells_).first(KeptCells())) {
    cell = {begin + (cell.data() - text_.data() - gone), cell.size()};
  }
  if (size_ > gone && begin != text_.data() + gone) std::memmove(begin, text_.data() + gone, size_ - gone);
  if (!larger.empty()) text_.swap(larger);
  for (size_t* const place : {&size_, &scanned_, &cell_, &open_, &closed_, &next_}) {
    *place -= std::min(*place, gone);
  }
  if (line_end_in_quotes_ != kNowhere) line_end_in_quotes_ -= std::min(line_end_in_quotes_, gone);
  record_ = 0;
  return absl::MakeSpan(text_.data() + size_, piece_bytes_);
}

absl::Status RecordCutter::Cut(bool ended, CutSink& sink) {
  // Events at the last byte of a block need the bytes that follow: a doubled quote, a CRLF, a delimiter.
  const size_t lookahead = std::max(delimiter_.size(), size_t{2});
  stopped_ = false;
  while (!stopped_) {
    if (state_ == State::kSkipping && !SkipLine()) return absl::OkStatus();
    const size_t left = size_ - scanned_;
    if (left == 0 && ended) {
      if (record_ == size_ && found_ == 0) return absl::OkStatus();
      RETURN_IF_ERROR(EndText(sink));
      continue;
    }
    if (!ended && left < kSearchedBytes + lookahead) break;
    CutBlock(std::min(left, kSearchedBytes), sink);
  }
  if (stopped_ || size_ - record_ <= kMaxRecordBytes) return absl::OkStatus();
  return DropLongRecord(sink);
}

void RecordCutter::CutBlock(size_t bytes, CutSink& sink) {
  const size_t base = scanned_;
  uint64_t events = events_.Find(text_.data() + base);
  if (bytes < kSearchedBytes) events &= (uint64_t{1} << bytes) - 1;
  gone_elsewhere_ = false;
  for (; events != 0; events &= events - 1) {
    const size_t at = base + static_cast<size_t>(std::countr_zero(events));
    if (at < next_) continue;
    if (state_ == State::kQuoted) {
      TakeEventInQuotes(at);
    } else if (text_[at] == delimiter_[0]) {
      if (IsDelimiter(at)) {
        if (!EndCell(at, sink)) return;
        next_ = cell_ = at + delimiter_.size();
      }
    } else {
      TakeEventInText(at, sink);
      if (gone_elsewhere_) return;
    }
  }
  scanned_ = base + bytes;
}

void RecordCutter::TakeEventInText(size_t at, CutSink& sink) {
  const char c = text_[at];
  if (c == '\n') {
    EndRecord(at, sink);
  } else if (c == quote_) {
    const bool opens = marks_ == 0 && spoiled_ == nullptr && (at == cell_ || IsNothing(cell_, at));
    if (!opens) return;
    marks_ = kIsQuoted;
    state_ = State::kQuoted;
    open_ = at;
    open_line_ = line_;
    line_end_in_quotes_ = kNowhere;
  } else if (c == '\r') {
    const bool is_line_end = at + 1 == size_ || text_[at + 1] == '\n';
    if (!is_line_end) {
      Spoil(
          "a carriage return without a line feed stands in it, which ends no line; end lines with LF or "
          "CRLF");
    }
  } else if (c == escape_) {
    TakeEscape(at);
  }
}

void RecordCutter::TakeEventInQuotes(size_t at) {
  const char c = text_[at];
  if (c == quote_) {
    if (at + 1 < size_ && text_[at + 1] == quote_) {
      marks_ |= kHasDoubled;
      next_ = at + 2;
    } else {
      closed_ = at;
      state_ = State::kText;
    }
  } else if (c == '\n') {
    if (line_end_in_quotes_ == kNowhere) line_end_in_quotes_ = at;
    ++line_;
  } else if (c == escape_) {
    TakeEscape(at);
  }
}

void RecordCutter::TakeEscape(size_t at) {
  marks_ |= kHasEscaped;
  size_t last = std::min(at + 1, size_ - 1);
  if (text_[last] == '\r' && last + 1 < size_ && text_[last + 1] == '\n') ++last;
  next_ = last + 1;
  if (text_[last] != '\n') return;
  if (state_ == State::kQuoted && line_end_in_quotes_ == kNowhere) line_end_in_quotes_ = last;
  ++line_;
}

bool RecordCutter::EndCell(size_t end, CutSink& sink) {
  if (marks_ != 0) return EndOddCell(end, sink);
  KeepCell(cell_, end);
  return true;
}

void RecordCutter::KeepCell(size_t begin, size_t end) {
  if (found_ < cells_.size()) {
    cells_[found_] = {text_.data() + begin, end - begin};
  } else if (found_ < kMaxCells) {
    cells_.resize(std::min(2 * cells_.size(), kMaxCells));
    cells_[found_] = {text_.data() + begin, end - begin};
  }
  ++found_;
}

bool RecordCutter::EndOddCell(size_t end, CutSink& sink) {
  size_t begin = cell_;
  if ((marks_ & kIsQuoted) != 0) {
    const bool goes_on = end != closed_ + 1 && !IsNothing(closed_ + 1, end);
    if (goes_on && line_end_in_quotes_ != kNowhere) {
      if (keeps_texts_) KeepText(line_end_in_quotes_);
      GiveUncut(absl::StrCat("a cell goes on after its closing quote in line ", line_,
                             ", so that the quote in line ", open_line_,
                             ", which opened it, seems to be a stray one; double the quotes inside a cell"),
                sink);
      line_ = open_line_ + 1;
      BeginRecord(line_end_in_quotes_ + 1);
      GoTo(record_);
      return false;
    }
    const bool may_be_escaped = escape_ == 0 && text_[closed_ - 1] == '\\';
    if (goes_on) Spoil(may_be_escaped ? kGoesOnAfterBackslash : kGoesOn);
    begin = open_ + 1;
    end = closed_;
  }
  if ((marks_ & ~kIsQuoted) != 0 && found_ < kMaxCells) marked_.emplace_back(found_, marks_);
  KeepCell(begin, end);
  marks_ = 0;
  return true;
}

void RecordCutter::EndRecord(size_t at, CutSink& sink) {
  // An escaped carriage return is part of the text.
  const size_t end = at > cell_ && at > next_ && text_[at - 1] == '\r' ? at - 1 : at;
  const bool is_empty = found_ == 0 && marks_ == 0 && IsNothing(record_, end);
  if (!is_empty) {
    if (!EndCell(end, sink)) return;
    Give(end, sink);
  }
  ++line_;
  BeginRecord(std::min(at + 1, size_));
  if (stopped_) GoTo(record_);
}

void RecordCutter::KeepText(size_t end) {
  if (end > record_ && text_[end - 1] == '\r') --end;
  record_text_.assign(text_.data() + record_, end - record_);
  absl::string_view text = record_text_;
  if (absl::ConsumePrefix(&text, kUtf8Mark)) record_text_.erase(0, kUtf8Mark.size());
}

void RecordCutter::Give(size_t end, CutSink& sink) {
  if (keeps_texts_) KeepText(end);
  if (end - record_ > kMaxRecordBytes) {
    record_text_.clear();
    GiveUncut(absl::StrCat("it is longer than ", kMaxRecordBytes, " bytes"), sink);
    return;
  }
  if (spoiled_ != nullptr) {
    GiveUncut(spoiled_, sink);
    return;
  }
  if (cells_[0].data() == text_.data() + record_) absl::ConsumePrefix(&cells_[0], kUtf8Mark);
  for (const auto& [cell, marks] : marked_) TakeMeaning(cells_[cell], marks);
  if (!sink.TakeCut({record_line_, line_, absl::MakeConstSpan(cells_).first(KeptCells()), found_}))
    stopped_ = true;
}

void RecordCutter::GiveUncut(const std::string& why, CutSink& sink) {
  if (!sink.TakeUncut(record_line_, why)) stopped_ = true;
}

void RecordCutter::BeginRecord(size_t at) {
  record_ = cell_ = at;
  record_line_ = line_;
  marked_.clear();
  found_ = 0;
  spoiled_ = nullptr;
  marks_ = 0;
}

void RecordCutter::GoTo(size_t at) {
  scanned_ = next_ = at;
  state_ = State::kText;
  gone_elsewhere_ = true;
}

absl::Status RecordCutter::DropLongRecord(CutSink& sink) {
  if (state_ == State::kQuoted) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", open_line_, ": the quote that opens here isn't closed within ", kMaxRecordBytes,
                     " bytes; close it, or say that the file knows no quotes (quote: none)"));
  }
  record_text_.clear();
  GiveUncut(absl::StrCat("it is longer than ", kMaxRecordBytes, " bytes"), sink);
  found_ = 0;
  state_ = State::kSkipping;
  return absl::OkStatus();
}

bool RecordCutter::SkipLine() {
  const char* const begin = text_.data() + scanned_;
  const void* const line_end = std::memchr(begin, '\n', size_ - scanned_);
  if (line_end == nullptr) {
    record_ = scanned_ = size_;
    return false;
  }
  ++line_;
  BeginRecord(scanned_ + static_cast<size_t>(static_cast<const char*>(line_end) - begin) + 1);
  GoTo(record_);
  return true;
}

absl::Status RecordCutter::EndText(CutSink& sink) {
  if (state_ == State::kQuoted) {
    return absl::InvalidArgumentError(absl::StrCat(
        "line ", open_line_,
        ": the quote that opens here is never closed; close it, or say that the file knows no quotes "
        "(quote: none)"));
  }
  EndRecord(size_, sink);
  return absl::OkStatus();
}

bool RecordCutter::IsDelimiter(size_t at) const {
  return delimiter_.size() == 1 || (at + delimiter_.size() <= size_ &&
                                    std::memcmp(&text_[at], delimiter_.data(), delimiter_.size()) == 0);
}

bool RecordCutter::OnlyBlanks(size_t begin, size_t end) const {
  return std::all_of(text_.begin() + static_cast<ptrdiff_t>(begin),
                     text_.begin() + static_cast<ptrdiff_t>(end), IsBlank);
}

bool RecordCutter::IsNothing(size_t begin, size_t end) const {
  const absl::string_view text(text_.data() + begin, end - begin);
  if (begin == record_ && absl::StartsWith(text, kUtf8Mark)) begin += kUtf8Mark.size();
  return begin == end || (!blanks_are_text_ && OnlyBlanks(begin, end));
}

bool RecordCutter::IsNullElement(absl::string_view cell, size_t at) const {
  return list_separator_ != 0 && at + 1 < cell.size() && cell[at + 1] == 'N' &&
         (at == 0 || cell[at - 1] == list_separator_) &&
         (at + 2 == cell.size() || cell[at + 2] == list_separator_);
}

void RecordCutter::TakeMeaning(absl::string_view& cell, uint8_t marks) {
  const bool quoted = (marks & kIsQuoted) != 0;
  // `\N` stays as it is: dumps write it for "no value", and `missing:` can list it.
  const absl::string_view bare = absl::StripAsciiWhitespace(cell);
  if (!quoted && bare.size() == 2 && bare[0] == escape_ && bare[1] == 'N') return;
  char* const begin = text_.data() + (cell.data() - text_.data());
  char* out = begin;
  for (const char* in = begin, * const end = begin + cell.size(); in < end;) {
    // Up to the next special byte; without an escape, that is a doubled quote.
    const void* const odd = escape_ == 0 ? std::memchr(in, quote_, static_cast<size_t>(end - in)) : in;
    const auto plain = static_cast<size_t>((odd == nullptr ? end : static_cast<const char*>(odd)) - in);
    std::memmove(out, in, plain);
    out += plain;
    in += plain;
    if (in == end) break;
    const char c = *in++;
    if (escape_ != 0 && c == escape_ && in < end) {
      if (IsNullElement(cell, static_cast<size_t>(in - 1 - begin))) *out++ = c;
      *out++ = Meant(*in++, escape_);
    } else {
      *out++ = c;
      if (quoted && c == quote_) ++in;  // skips the second of two
    }
  }
  cell = {begin, static_cast<size_t>(out - begin)};
}

}  // namespace muster::loaders
