// Cuts text into records and cells.
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

// A longer record is dropped, or refuses the file when a quote is open: that one is never closed, much more
// likely, than a fact about a member.
inline constexpr size_t kMaxRecordBytes = 8 << 20;
// Text is read in pieces of so many bytes, which fit the processor's second cache.
inline constexpr size_t kPieceBytes = 256 << 10;
// Of a record with more cells those beyond are counted and not kept.
inline constexpr size_t kMaxCells = 64 << 10;

// A record as it was cut. Its cells live for the call that gives it.
struct CutRecord {
  uint64_t line = 0;                          // from 1: where its first byte stands
  uint64_t last_line = 0;                     // where its last byte stands
  absl::Span<const absl::string_view> cells;  // the first kMaxCells
  uint64_t found = 0;                         // how many cells there are
};

// Takes what is cut. False stops the cutting behind this record, until RecordCutter::Cut is called again.
class CutSink {
 public:
  virtual ~CutSink() = default;
  virtual bool TakeCut(const CutRecord& record) = 0;
  // A record that began at `line` and can't be cut; `why` is a sentence without the line.
  virtual bool TakeUncut(uint64_t line, const std::string& why) = 0;
};

// Cuts the text of a file into records. The text comes piece by piece; a header is a record like any other.
// For one thread.
//
// Lines end with LF or CRLF and are counted as `grep -n` counts them; empty lines are no records. A carriage
// return without a line feed ends no line, and outside of quotes its record can't be cut. A quote opens a
// cell only where the cell begins; elsewhere outside of quotes it is text. Within quotes a doubled quote
// stands for one. With text behind a closing quote a record can't be cut; it ends with its line, and no quote
// opens in the rest of it. If the quoted text began on an earlier line, the quote that opened it is taken for
// a stray one: cutting begins again behind that quote's line, so that a stray quote drops no line that can be
// read. An escape takes the meaning from the next character; `\n`, `\t` and `\r` are what C means by them,
// and a whole cell `\N` stays as it is. A byte-order mark at the beginning of a record is dropped, because
// files that were put together have marks inside. NUL bytes and broken UTF-8 come through.
//
// Blocks of 64 bytes are searched at once for the few bytes that have a meaning, and only these are looked at
// one by one. Cells point into the text that was read. The rest of a piece that ends within a record is
// copied, and cells are changed in place where quotes or escapes are dropped. Memory: a piece and the record
// under way.
class RecordCutter {
 public:
  // REQUIRES: CheckTextFormat(format) is OK and its delimiter isn't empty. `line` is that of the first byte;
  // `piece_bytes`, at least 1, is the size of Room().
  RecordCutter(const TextFormat& format, uint64_t line, size_t piece_bytes = kPieceBytes);

  // The place for the next bytes of the text, for any number of them. Cells of the last Cut are invalid from
  // now on.
  absl::Span<char> Room();
  // `bytes` of Room() have been filled.
  void Add(size_t bytes) { size_ += bytes; }
  // Cuts what is there; with `ended`, which says that no more comes, to the end. Errors: INVALID_ARGUMENT
  // with the line, for a quote that is never closed. REQUIRES: no error before.
  absl::Status Cut(bool ended, CutSink& sink);

 private:
  enum class State : uint8_t { kText, kQuoted, kSkipping };
  static constexpr size_t kNowhere = ~size_t{0};
  static constexpr uint8_t kIsQuoted = 1, kHasDoubled = 2, kHasEscaped = 4;

  // Looks at the next `bytes` bytes, at most kSearchedBytes. What it calls for each event is inline, because
  // position-independent code inlines nothing else.
  void CutBlock(size_t bytes, CutSink& sink);
  inline void TakeEventInText(size_t at, CutSink& sink);
  inline void TakeEventInQuotes(size_t at);
  void TakeEscape(size_t at);
  // The cell ends before `end`. False when cutting continues at another place.
  inline bool EndCell(size_t end, CutSink& sink);
  bool EndOddCell(size_t end, CutSink& sink);
  inline void KeepCell(size_t begin, size_t end);
  size_t KeptCells() const { return found_ < kMaxCells ? found_ : kMaxCells; }
  // The line feed of the record is at `at`, or the text ends there.
  void EndRecord(size_t at, CutSink& sink);
  void Give(size_t end, CutSink& sink);
  void GiveUncut(const std::string& why, CutSink& sink);
  void BeginRecord(size_t at);
  // Continues at `at` instead of where the current block ends.
  void GoTo(size_t at);
  // Drops what is there of a record that is too long.
  absl::Status DropLongRecord(CutSink& sink);
  // Passes over the rest of its line. False when that isn't there yet.
  bool SkipLine();
  absl::Status EndText(CutSink& sink);
  inline bool IsDelimiter(size_t at) const;
  bool OnlyBlanks(size_t begin, size_t end) const;
  // Whether text before `end` that follows on `begin` says nothing, so that a quote at `end` opens the cell.
  bool IsNothing(size_t begin, size_t end) const;
  void TakeMeaning(absl::string_view& cell, uint8_t marks);
  void Spoil(const char* why) {
    if (spoiled_ == nullptr) spoiled_ = why;
  }

  const std::string delimiter_;
  const char quote_, escape_;
  const bool blanks_are_text_;
  const size_t piece_bytes_;
  const ByteSearch events_;  // the bytes that mean something

  std::vector<char> text_;  // size_ bytes, and room
  size_t size_ = 0;
  size_t scanned_ = 0;  // what has been looked at
  size_t next_ = 0;     // events before it belong to one that was taken
  size_t record_ = 0;   // where the record under way begins
  size_t cell_ = 0;     // where its current cell begins
  State state_ = State::kText;
  bool gone_elsewhere_ = false;  // GoTo was called within the block
  bool stopped_ = false;         // by the sink

  uint64_t line_;                         // of what is looked at
  uint64_t record_line_;                  // where the record began
  std::vector<absl::string_view> cells_;  // those of the record are the first KeptCells()
  size_t found_ = 0;
  std::vector<std::pair<size_t, uint8_t>> marked_;  // cells that TakeMeaning has to look at, with their marks
  const char* spoiled_ = nullptr;                   // why the record can't be taken

  uint8_t marks_ = 0;             // of the current cell
  size_t open_ = 0, closed_ = 0;  // its quotes
  uint64_t open_line_ = 0;
  size_t line_end_in_quotes_ = kNowhere;  // its first
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_RECORD_CUTTER_H_
