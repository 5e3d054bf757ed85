// Reads the records of a text file: CSV, TSV or NDJSON, plain or compressed.
#ifndef MUSTER_LOADERS_FILES_RECORD_READER_H_
#define MUSTER_LOADERS_FILES_RECORD_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/files/byte_source.h"
#include "loaders/files/text_format.h"

namespace muster::loaders {

// A record that can't be used.
struct BrokenRecord {
  enum class Why {
    kCellCount,  // it has more or fewer cells than columns
    kText,       // it can't be split into cells
    kEncoding,   // it is not UTF-8
    kCell,       // a cell that no tag takes
    kTag,        // of a long table: it names no tag of the load
  };
  uint64_t line = 0;  // from 1: its first line
  Why why = Why::kText;
  std::string message;  // one sentence, without the line
};

// A line of an input's file.
struct InputLine {
  std::string path;
  uint64_t line = 0;  // from 1
};

// A file of an input that was begun.
struct BegunFile {
  std::string name;           // as in InputPart, or the path
  uint64_t lines_before = 0;  // how far lines were counted then
};

// Receives records as they are read.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // A record with one cell for each column, which began at `line` (from 1). The cells are valid during this
  // call, and include the white space around them.
  virtual void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) = 0;
  virtual void TakeBroken(const BrokenRecord& record) = 0;
};

// Reads an input from start to end; RecordCutter and JsonRecord define what a record is. Records that are
// invalid by themselves go to the sink. A fault that puts the whole file in doubt is an error that names file and line.
// Not thread-safe.
//
// A first line `sep=;`, as Excel writes it, sets the delimiter and is skipped. A record that equals the
// header is skipped with a note, also after a byte-order mark.
class RecordReader {
 public:
  // Opens `input` and reads its header.
  // Errors: those of RawFile, ByteSource and CheckTextFormat; INVALID_ARGUMENT for an empty file, a file of
  // another format, a header that is not in the file's encoding, can't be cut, has too many columns or names
  // one twice. NDJSON without keys in its format is read once to find them.
  static absl::StatusOr<std::unique_ptr<RecordReader>> Open(const InputPath& input, const TextFormat& format);
  virtual ~RecordReader() = default;

  // The column names in the file's order, trimmed and in normal form C. A name may be empty. Of NDJSON, the
  // keys that are read.
  virtual const std::vector<std::string>& columns() const = 0;

  // The format passed to Open, with the detected delimiter.
  virtual const TextFormat& format() const = 0;

  // Reads some 256 KiB of text and passes to the sink every record that ends in it. False at the end of the
  // file. Errors: INVALID_ARGUMENT for an unclosed quote and for bytes that are invalid in the declared
  // encoding; those of ByteSource. Must not be called after an error.
  virtual absl::StatusOr<bool> ReadSome(RecordSink& sink) = 0;

  // A sentence for each thing that was skipped so far, or that its author probably didn't intend.
  virtual std::vector<std::string> notes() const = 0;

  // Of NDJSON, the keys that are read and that no object had so far.
  virtual std::vector<std::string> unseen() const { return {}; }

  // The input's name in messages: 'customers.csv' or standard input.
  virtual const std::string& shown_name() const = 0;
  // The file and line of a record whose line the sink got as `line`.
  virtual InputLine Locate(uint64_t line) const = 0;
  // The files that were begun so far, in their order; none of standard input.
  virtual absl::Span<const BegunFile> files() const = 0;
  // From now on record_text() has the text of the record that the sink is given, as UTF-8, without its line end.
  // Empty of a record that is too long. Valid while the sink has the record.
  virtual void KeepTexts() = 0;
  virtual absl::string_view record_text() const = 0;
  // How many of its bytes, as they lie on the disk, have been read, and of how many; absent for pipes.
  virtual uint64_t bytes_read() const = 0;
  virtual std::optional<uint64_t> size() const = 0;
};

// The position of `name` among `columns`. Errors: NOT_FOUND, naming the file and all columns (the first 20), and the
// nearest ones.
absl::StatusOr<size_t> FindColumn(const RecordReader& reader, absl::string_view name);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_RECORD_READER_H_
