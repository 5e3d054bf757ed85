// Cuts text into records one byte at a time: slow, and easy to check by reading.
#ifndef MUSTER_TESTS_LOADERS_FILES_REFERENCE_CUTTER_H_
#define MUSTER_TESTS_LOADERS_FILES_REFERENCE_CUTTER_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "loaders/files/record_cutter.h"

namespace muster::loaders {

// What came of a text, written down: `line|cell|cell` for a record (cells escaped as in C), `line!` for one
// that can't be cut, and at last `error in line N` when a quote is never closed.
using CutText = std::vector<std::string>;

// Records the output of a cutter.
class WrittenDown : public CutSink {
 public:
  bool TakeCut(const CutRecord& record) override {
    std::string text = absl::StrCat(record.line);
    for (const absl::string_view cell : record.cells) absl::StrAppend(&text, "|", absl::CEscape(cell));
    records.push_back(std::move(text));
    return true;
  }
  bool TakeUncut(uint64_t line, const std::string&) override {
    records.push_back(absl::StrCat(line, "!"));
    return true;
  }
  CutText records;
};

// What a RecordCutter makes of `text`, given in pieces of at most `piece` bytes.
inline CutText CutInPieces(const std::string& text, const TextFormat& format, size_t piece) {
  RecordCutter cutter(format, 1, std::clamp(piece, size_t{1}, kPieceBytes));
  WrittenDown sink;
  absl::Status status;
  for (size_t done = 0; status.ok() && done < text.size();) {
    const absl::Span<char> room = cutter.Room();
    const size_t bytes = std::min(room.size(), text.size() - done);
    std::copy_n(text.data() + done, bytes, room.data());
    cutter.Add(bytes);
    done += bytes;
    status = cutter.Cut(false, sink);
  }
  if (status.ok()) status = cutter.Cut(true, sink);
  if (!status.ok()) {
    const std::string message(status.message());
    sink.records.push_back(absl::StrCat("error in ", message.substr(0, message.find(':'))));
  }
  return sink.records;
}

class ReferenceCutter {
 public:
  ReferenceCutter(const std::string& text, const TextFormat& format) : text_(text), format_(format) {}

  CutText Cut() {
    while (at_ < text_.size() && error_.empty()) CutRecord();
    if (!error_.empty()) records_.push_back(error_);
    return records_;
  }

 private:
  bool At(const std::string& what, size_t at) const { return text_.compare(at, what.size(), what) == 0; }
  bool EndsLine() const {
    return text_[at_] == '\n' || At("\r\n", at_) || (text_[at_] == '\r' && at_ + 1 == text_.size());
  }
  static bool Blank(const std::string& text) { return text.find_first_not_of(" \t") == std::string::npos; }
  bool Ignored(const std::string& text) const {
    return text.empty() || (!format_.keep_white_space && Blank(text));
  }

  void CutRecord() {
    const uint64_t record_line = line_;
    std::string written = absl::StrCat(record_line);
    spoiled_ = false;
    size_t cells = 0;
    if (At(std::string(kUtf8Mark), at_)) at_ += kUtf8Mark.size();
    while (true) {
      const bool more = CutCell();
      if (!error_.empty()) return;
      if (quoted_ && !Ignored(after_)) {
        spoiled_ = true;
        if (line_end_ != std::string::npos) {  // the quote is the stray one: begin anew behind its line
          records_.push_back(absl::StrCat(record_line, "!"));
          at_ = line_end_ + 1;
          line_ = open_line_ + 1;
          return;
        }
      }
      spoiled_ |= has_bare_return_;
      ++cells;
      absl::StrAppend(&written, "|", absl::CEscape(cell_));
      if (!more) break;
    }
    const bool is_empty = cells == 1 && !quoted_ && !escaped_ && Ignored(cell_);
    if (at_ < text_.size()) {
      at_ += text_[at_] == '\r' && at_ + 1 < text_.size() ? 2 : 1;
      ++line_;
    }
    if (!is_empty) records_.push_back(spoiled_ ? absl::StrCat(record_line, "!") : written);
  }

  // One cell; false when its record ends behind it.
  bool CutCell() {
    cell_ = after_ = "";
    quoted_ = escaped_ = has_bare_return_ = false;
    line_end_ = std::string::npos;
    bool inside = false;
    std::string raw;  // as it is written, without quotes
    for (; inside || (at_ < text_.size() && !EndsLine()); ++at_) {
      if (at_ == text_.size()) {
        error_ = absl::StrCat("error in line ", open_line_);
        return false;
      }
      const char c = text_[at_];
      std::string& into = quoted_ && !inside ? after_ : cell_;
      if (inside && c == format_.quote) {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == c) {
          cell_ += c;
          ++at_;
        } else {
          inside = false;
        }
      } else if (format_.escape != 0 && c == format_.escape) {
        escaped_ = true;
        raw += c;
        if (quoted_ && !inside) after_ += c;
        if (IsNullElement(raw)) into += c;
        TakeEscaped(into, raw, inside);
      } else if (!inside && At(format_.delimiter, at_)) {
        at_ += format_.delimiter.size();
        TakeBareNull(raw);
        return true;
      } else if (!inside && format_.quote != 0 && c == format_.quote && !quoted_ && !escaped_ && !spoiled_ &&
                 Ignored(cell_)) {
        quoted_ = inside = true;
        open_line_ = line_;
        cell_ = "";
      } else {
        if (!inside && c == '\r') has_bare_return_ = true;
        if (c == '\n') NoteLineEnd();
        into += c;
        raw += c;
      }
    }
    TakeBareNull(raw);
    return false;
  }

  // Whether the escape at hand, the last character of `raw`, begins an element `\N` of a list.
  bool IsNullElement(const std::string& raw) {
    if (format_.list_separator == 0 || at_ + 1 == text_.size() || text_[at_ + 1] != 'N') return false;
    if (raw.size() > 1 && raw[raw.size() - 2] != format_.list_separator) return false;
    const size_t escape = at_;
    at_ += 2;
    const bool ends = at_ == text_.size() || text_[at_] == format_.list_separator ||
                      At(format_.delimiter, at_) || EndsLine();
    at_ = escape;
    return ends;
  }

  void NoteLineEnd() {
    if (line_end_ == std::string::npos) line_end_ = at_;
    ++line_;
  }

  void TakeEscaped(std::string& into, std::string& raw, bool inside) {
    if (at_ + 1 == text_.size()) {
      into += text_[at_];
      return;
    }
    char c = text_[++at_];
    raw += c;
    if (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
      into += c;
      raw += c = text_[++at_];
    }
    if (c == '\n') {
      if (inside && line_end_ == std::string::npos) line_end_ = at_;
      ++line_;
    } else if (format_.escape == '\\') {
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
    into += c;
  }

  void TakeBareNull(const std::string& raw) {
    const absl::string_view bare = absl::StripAsciiWhitespace(raw);
    if (!quoted_ && format_.escape != 0 && bare == std::string(1, format_.escape) + "N") cell_ = raw;
  }

  const std::string& text_;
  const TextFormat& format_;
  size_t at_ = 0;
  uint64_t line_ = 1;
  bool spoiled_ = false;  // the record under way
  CutText records_;
  std::string error_;
  // Of the cell that was cut last.
  std::string cell_, after_;
  bool quoted_ = false, escaped_ = false, has_bare_return_ = false;
  uint64_t open_line_ = 0;
  size_t line_end_ = std::string::npos;  // the first within its quotes
};

}  // namespace muster::loaders

#endif  // MUSTER_TESTS_LOADERS_FILES_REFERENCE_CUTTER_H_
