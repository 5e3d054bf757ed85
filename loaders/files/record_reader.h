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
#include "loaders/files/text_format.h"

namespace muster::loaders {

// A record that can't be taken as it is.
struct BrokenRecord {
  enum class Why {
    kCellCount,  // it has more or fewer cells than there are columns
    kText,       // it can't be cut into cells
  };
  uint64_t line = 0;  // from 1: where it begins
  Why why = Why::kText;
  std::string message;  // one sentence, without the line
};

// Takes records as they are read.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // A record with as many cells as there are columns, which began at `line` (from 1). The cells live for this
  // call, and keep the white space around them.
  virtual void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) = 0;
  virtual void TakeBroken(const BrokenRecord& record) = 0;
};

// Reads one file from its start to its end: see RecordCutter for what a record is. The sink gets
// records that are wrong by themselves. A fault that makes the whole file doubtful is an error that names
// file and line. For one thread; any thread may ask its file for progress.
//
// A first line `sep=;`, which Excel writes, names the delimiter and is passed over. A record that equals the
// header is passed over with a note, a byte-order mark before it too.
class RecordReader {
 public:
  // Opens `input` and reads its header.
  // Errors: those of RawFile, ByteSource and CheckTextFormat; INVALID_ARGUMENT for an empty file, a file of
  // another format, a header that is not in the file's encoding, can't be cut, has too many columns or names
  // one twice.
  static absl::StatusOr<std::unique_ptr<RecordReader>> Open(const InputPath& input, const TextFormat& format);
  virtual ~RecordReader() = default;

  // The names of the columns, trimmed and in normal form C, in the file's order. A name may be empty.
  virtual const std::vector<std::string>& columns() const = 0;

  // The format that Open was given, with the delimiter that was found out.
  virtual const TextFormat& format() const = 0;

  // Reads on by some 256 KiB of text and gives the sink every record that ends there. False at the end of the
  // file. Errors: INVALID_ARGUMENT for an unclosed quote and for bytes that are not in the declared encoding;
  // those of ByteSource. Call it no more after an error.
  virtual absl::StatusOr<bool> ReadSome(RecordSink& sink) = 0;

  // A sentence for each thing that was passed over so far, or that its author may not mean.
  virtual std::vector<std::string> notes() const = 0;

  virtual const RawFile& file() const = 0;
};

// The position of `name` among `columns`. Errors: NOT_FOUND, naming the file and all columns (the first 20).
absl::StatusOr<size_t> FindColumn(const RecordReader& reader, absl::string_view name);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_RECORD_READER_H_
