// Splits text into records and cells.
#ifndef MUSTER_LOADERS_FILES_RECORD_CUTTER_H_
#define MUSTER_LOADERS_FILES_RECORD_CUTTER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/files/byte_search.h"
#include "loaders/files/text_format.h"

namespace muster::loaders {

// A longer record is dropped. If a quote is open, the file is refused instead, because the quote is most
// likely never closed.
inline constexpr size_t kMaxRecordBytes = 8 << 20;
// Text is read in pieces of this size, which fit the processor's second-level cache.
inline constexpr size_t kPieceBytes = 256 << 10;
// Further cells of a record are counted, but not kept.
inline constexpr size_t kMaxCells = 64 << 10;

// A record that was split into cells, which are valid during the call that passes it.
struct CutRecord {
  uint64_t line = 0;                          // from 1: the line of its first byte
  uint64_t last_line = 0;                     // the line of its last byte
  absl::Span<const absl::string_view> cells;  // the first kMaxCells
  uint64_t found = 0;                         // the number of cells
};

// Receives the records. False stops the cutter after this record, until RecordCutter::Cut is called again.
class CutSink {
 public:
  virtual ~CutSink() = default;
  virtual bool TakeCut(const CutRecord& record) = 0;
  // A record that began at `line` and can't be split; `why` is a sentence without the line.
  virtual bool TakeUncut(uint64_t line, const std::string& why) = 0;
};

// Splits the text of a file into records. The text arrives in pieces; a header is treated as a record. Not
// thread-safe.
//
// Lines end with LF or CRLF and are numbered as by `grep -n`; empty lines are no records. A carriage return
// without a line feed doesn't end a line; outside of quotes it makes its record unreadable. A quote opens a
// cell only at the cell's start; elsewhere outside of quotes it is text. Within quotes, a doubled quote
// stands for one. Text after a closing quote makes a record unreadable; it ends with its line, and no quote
// opens in the rest of it. If the quoted text began on an earlier line, its opening quote is treated as
// stray: splitting restarts after the line of that quote, so that a stray quote loses no readable line. An
// escape makes the next character literal, except that `\n`, `\t` and `\r` mean what they do in C; a whole
// cell `\N` is kept unchanged, and so is an element between list separators. A byte-order mark at the start of any record is dropped, because concatenated
// files have marks inside. NUL bytes and invalid UTF-8 are passed through.
//
// Blocks of 64 bytes are searched at once for the few special bytes, and only these are examined one by one.
// Cells point into the text that was read. When a piece ends within a record, the rest is copied, and cells
// are changed in place where quotes or escapes are dropped. Memory: a piece and the current record.
class RecordCutter {
 public:
  // REQUIRES: CheckTextFormat(format) is OK and its delimiter isn't empty. `line` is the line of the first
  // byte; `piece_bytes`, at least 1, is the size of Room().
  RecordCutter(const TextFormat& format, uint64_t line, size_t piece_bytes = kPieceBytes);

  // The buffer for the next bytes of the text, any number of them. Invalidates the cells of the last
  // Cut.
  absl::Span<char> Room();
  // Declares that `bytes` bytes of Room() have been filled.
  void Add(size_t bytes) { size_ += bytes; }
  // Splits the buffered text; with `ended` (no more text follows), up to its end. Errors: INVALID_ARGUMENT
  // with the line, for a quote that is never closed. REQUIRES: no error before.
  absl::Status Cut(bool ended, CutSink& sink);

  // From now on record_text() has the text of the record that the sink is given, as it stands in the file but for
  // its line end: up to the line of the stray quote, or empty when it is too long. Valid while the sink has it.
  void KeepTexts() { keeps_texts_ = true; }
  absl::string_view record_text() const { return record_text_; }

 private:
  enum class State : uint8_t { kText, kQuoted, kSkipping };
  static constexpr size_t kNowhere = ~size_t{0};
  static constexpr uint8_t kIsQuoted = 1, kHasDoubled = 2, kHasEscaped = 4;

  // Examines the next `bytes` bytes, at most kSearchedBytes. The functions that it calls per event are
  // declared inline, because position-independent code inlines nothing else.
  void CutBlock(size_t bytes, CutSink& sink);
  inline void TakeEventInText(size_t at, CutSink& sink);
  inline void TakeEventInQuotes(size_t at);
  void TakeEscape(size_t at);
  // Ends the cell before `end`. False: cutting continues elsewhere.
  inline bool EndCell(size_t end, CutSink& sink);
  bool EndOddCell(size_t end, CutSink& sink);
  inline void KeepCell(size_t begin, size_t end);
  size_t KeptCells() const { return found_ < kMaxCells ? found_ : kMaxCells; }
  // Ends the record; its line feed is at `at`, or the text ends there.
  void EndRecord(size_t at, CutSink& sink);
  void Give(size_t end, CutSink& sink);
  void KeepText(size_t end);
  void GiveUncut(const std::string& why, CutSink& sink);
  void BeginRecord(size_t at);
  // Continues at `at` instead of after the current block.
  void GoTo(size_t at);
  // Drops the buffered part of a record that is too long.
  absl::Status DropLongRecord(CutSink& sink);
  // Skips the rest of the line. False if its end hasn't arrived yet.
  bool SkipLine();
  absl::Status EndText(CutSink& sink);
  inline bool IsDelimiter(size_t at) const;
  bool OnlyBlanks(size_t begin, size_t end) const;
  // Whether the text from `begin` to `end` is insignificant, so that a quote at `end` opens the cell.
  bool IsNothing(size_t begin, size_t end) const;
  void TakeMeaning(absl::string_view& cell, uint8_t marks);
  // Whether the escape at `at` of a cell belongs to an element `\N` of a list.
  bool IsNullElement(absl::string_view cell, size_t at) const;
  void Spoil(const char* why) {
    if (spoiled_ == nullptr) spoiled_ = why;
  }

  const std::string delimiter_;
  const char quote_, escape_;
  const char list_separator_;
  const bool blanks_are_text_;
  const size_t piece_bytes_;
  const ByteSearch events_;  // the special bytes

  std::vector<char> text_;  // size_ bytes of text, and free space
  size_t size_ = 0;
  size_t scanned_ = 0;  // end of the text examined
  size_t next_ = 0;     // events before this position belong to one that was already handled
  size_t record_ = 0;   // start of the current record
  size_t cell_ = 0;     // start of its current cell
  State state_ = State::kText;
  bool gone_elsewhere_ = false;  // GoTo was called within the block
  bool stopped_ = false;         // by the sink

  uint64_t line_;                         // of the current position
  uint64_t record_line_;                  // where the record began
  std::vector<absl::string_view> cells_;  // those of the record are the first KeptCells()
  size_t found_ = 0;
  std::vector<std::pair<size_t, uint8_t>> marked_;  // cells that TakeMeaning must process, with their marks
  const char* spoiled_ = nullptr;                   // why the record is unreadable

  bool keeps_texts_ = false;
  std::string record_text_;

  uint8_t marks_ = 0;             // of the current cell
  size_t open_ = 0, closed_ = 0;  // positions of its quotes
  uint64_t open_line_ = 0;
  size_t line_end_in_quotes_ = kNowhere;  // the first one
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_RECORD_CUTTER_H_
