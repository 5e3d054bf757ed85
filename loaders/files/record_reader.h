// Records of a delimited text file: CSV and TSV, plain or compressed.
#ifndef MUSTER_LOADERS_FILES_RECORD_READER_H_
#define MUSTER_LOADERS_FILES_RECORD_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {

// How a file's text is cut into cells.
struct TextFormat {
  // One ASCII character. 0: a tab when the file's name says .tsv or .tab; otherwise the first of comma,
  // semicolon and tab that its first line has.
  char delimiter = 0;
  char quote = '"';
  // The columns of a file without a header; empty when the first line names them.
  std::vector<std::string> columns;
  // False: unquoted cells come without blanks and tabs at both ends. True: every byte comes through.
  bool keep_white_space = false;
};

// Takes records as they are read.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // A record with as many cells as there are columns, which began at `line` (from 1). The cells live for this
  // call.
  virtual void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) = 0;
  // A record with `found` cells, which is not the number of columns.
  virtual void TakeRagged(uint64_t line, size_t found) = 0;
};

// Reads one file from its start to its end. What is wrong with one record is told to the sink; what makes the
// whole file doubtful is an error that names file and line. For one thread; its file may be asked for
// progress from any.
//
// Quotes: a doubled one inside quotes stands for one; one inside an unquoted cell is an ordinary character;
// text between a closing quote and the next delimiter is an error, because everything after it may be read
// wrongly. Lines end with LF or CRLF; empty lines are skipped. NUL bytes and broken UTF-8 in cells come
// through.
class RecordReader {
 public:
  // Opens `input` and reads its header.
  // Errors: those of RawFile and ByteSource; INVALID_ARGUMENT for an empty file, a header that is not UTF-8
  // or names a column twice, and a delimiter or quote that can't be one.
  static absl::StatusOr<std::unique_ptr<RecordReader>> Open(const InputPath& input, const TextFormat& format);
  virtual ~RecordReader() = default;

  // The names of the columns, trimmed and in normal form C, in the file's order. A name may be empty.
  virtual const std::vector<std::string>& columns() const = 0;

  // Reads on by some 256 KiB of text and gives the sink every record that ends there. False at the end of the
  // file. Errors: INVALID_ARGUMENT for an unclosed quote, text after a closing quote, and a cell or record of
  // more than 8 MiB; those of ByteSource. Call it no more after an error.
  virtual absl::StatusOr<bool> ReadSome(RecordSink& sink) = 0;

  virtual const RawFile& file() const = 0;
};

// The position of `name` among `columns`. Errors: NOT_FOUND, naming the file and all columns (the first 20).
absl::StatusOr<size_t> FindColumn(const RecordReader& reader, absl::string_view name);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_RECORD_READER_H_
