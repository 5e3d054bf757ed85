#include "loaders/files/record_reader.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "index/text/quoted.h"
#include "index/text/unicode.h"
#include "loaders/files/delimited_text.h"

namespace muster::loaders {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr absl::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr size_t kShownColumns = 20;

std::string_view Standard(absl::string_view text) { return {text.data(), text.size()}; }

// Names are compared in normal form C, as the server keeps them; text that is not UTF-8 stays as it is.
std::string InNormalForm(absl::string_view name) {
  return index::NormalizeNfc(Standard(name)).value_or(std::string(name));
}

char GuessDelimiter(const std::string& path, absl::string_view text) {
  std::string name = absl::AsciiStrToLower(path);
  for (const absl::string_view ending : {".gz", ".zst"}) {
    if (absl::EndsWith(name, ending)) name.resize(name.size() - ending.size());
  }
  if (absl::EndsWith(name, ".tsv") || absl::EndsWith(name, ".tab")) return '\t';
  const absl::string_view line = text.substr(0, text.find('\n'));
  if (absl::StrContains(line, ',')) return ',';
  // Spreadsheets write semicolons where a comma is the decimal point, and call the file .csv all the same.
  if (absl::StrContains(line, ';')) return ';';
  return absl::StrContains(line, '\t') ? '\t' : ',';
}

bool MayCut(char c) { return c > 0 && c != '\n' && c != '\r'; }

class DelimitedReader : public RecordReader {
 public:
  explicit DelimitedReader(std::unique_ptr<RawFile> file) : file_(std::move(file)) {}

  absl::Status Begin(const std::string& path, const TextFormat& format);
  const std::vector<std::string>& columns() const override { return columns_; }
  absl::StatusOr<bool> ReadSome(RecordSink& sink) override;
  const RawFile& file() const override { return *file_; }

 private:
  // Fills piece_ with the next text; empty at the end.
  absl::Status ReadPiece();
  // Checks the start of the file and takes a byte-order mark away.
  absl::Status CheckStart();
  // Reads until the first record has come, which names the columns.
  absl::Status ReadHeader();
  absl::Status NameColumns(absl::Span<const absl::string_view> names);
  // `status` with the file's name before its message.
  absl::Status InFile(const absl::Status& status) const;

  std::unique_ptr<RawFile> file_;
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<DelimitedText> text_;
  std::vector<char> piece_;
  std::vector<std::string> columns_;
  // Records that came in one piece with the header, given out with the next.
  struct EarlyRecord {
    uint64_t line;
    std::vector<std::string> cells;
  };
  std::vector<EarlyRecord> early_;
  bool ended_ = false;
};

absl::Status DelimitedReader::InFile(const absl::Status& status) const {
  return absl::Status(status.code(), absl::StrCat(file_->shown_name(), ", ", status.message()));
}

absl::Status DelimitedReader::Begin(const std::string& path, const TextFormat& format) {
  auto source = ByteSource::Open(file_.get());
  if (!source.ok()) return source.status();
  source_ = std::move(*source);
  absl::Status status = ReadPiece();
  if (!status.ok()) return status;
  status = CheckStart();
  if (!status.ok()) return status;
  const absl::string_view start(piece_.data(), piece_.size());
  const char delimiter = format.delimiter == 0 ? GuessDelimiter(path, start) : format.delimiter;
  if (!MayCut(delimiter) || !MayCut(format.quote) || delimiter == format.quote) {
    return absl::InvalidArgumentError(
        "delimiter and quote must be two different ASCII characters, and no line ends");
  }
  text_ = std::make_unique<DelimitedText>(delimiter, format.quote, format.keep_white_space);
  if (format.columns.empty()) return ReadHeader();
  const std::vector<absl::string_view> names(format.columns.begin(), format.columns.end());
  return NameColumns(names);
}

absl::Status DelimitedReader::ReadPiece() {
  piece_.resize(kPieceBytes);
  auto got = source_->Read(absl::MakeSpan(piece_));
  if (!got.ok()) return got.status();
  piece_.resize(*got);
  return absl::OkStatus();
}

absl::Status DelimitedReader::CheckStart() {
  const absl::string_view start(piece_.data(), piece_.size());
  if (absl::StartsWith(start, "\xff\xfe") || absl::StartsWith(start, "\xfe\xff")) {
    return absl::InvalidArgumentError(absl::StrCat(
        file_->shown_name(), " is UTF-16: convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8"));
  }
  if (absl::StartsWith(start, kUtf8Mark)) piece_.erase(piece_.begin(), piece_.begin() + kUtf8Mark.size());
  return absl::OkStatus();
}

absl::Status DelimitedReader::ReadHeader() {
  bool named = false;
  absl::Status naming;
  const DelimitedText::Take take = [&](uint64_t line, absl::Span<const absl::string_view> cells) {
    if (named) {
      early_.push_back({line, {cells.begin(), cells.end()}});
      return;
    }
    named = true;
    naming = NameColumns(cells);
  };
  // One line at a time, so that only the header itself comes out early.
  while (!named) {
    if (piece_.empty()) {
      absl::Status read = ReadPiece();
      if (!read.ok()) return read;
    }
    if (piece_.empty()) {
      ended_ = true;
      const absl::Status end = text_->Finish(take);
      if (!end.ok()) return InFile(end);
      if (!named)
        return absl::InvalidArgumentError(absl::StrCat(file_->shown_name(), " is empty: it has no header"));
      break;
    }
    const auto line_end = std::find(piece_.begin(), piece_.end(), '\n');
    const size_t bytes = static_cast<size_t>(line_end - piece_.begin()) + (line_end == piece_.end() ? 0 : 1);
    const absl::Status fed = text_->Feed(absl::MakeConstSpan(piece_).first(bytes), take);
    if (!fed.ok()) return InFile(fed);
    piece_.erase(piece_.begin(), piece_.begin() + static_cast<ptrdiff_t>(bytes));
  }
  return naming;
}

absl::Status DelimitedReader::NameColumns(absl::Span<const absl::string_view> names) {
  std::set<std::string> seen;
  for (absl::string_view name : names) {
    name = absl::StripAsciiWhitespace(name);
    if (!index::IsValidUtf8(Standard(name))) {
      return absl::InvalidArgumentError(absl::StrCat(
          file_->shown_name(), ", line 1: the header is not UTF-8; convert the file, for example with ",
          "iconv -f GB18030 -t UTF-8 (other encodings are not read yet)"));
    }
    columns_.push_back(InNormalForm(name));
    if (!name.empty() && !seen.insert(columns_.back()).second) {
      return absl::InvalidArgumentError(absl::StrCat(file_->shown_name(), ", line 1: the column ",
                                                     index::Quoted(Standard(name)),
                                                     " is there twice; rename one of them"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> DelimitedReader::ReadSome(RecordSink& sink) {
  const auto give = [&](uint64_t line, absl::Span<const absl::string_view> cells) {
    if (cells.size() == columns_.size()) {
      sink.TakeRecord(line, cells);
    } else {
      sink.TakeRagged(line, cells.size());
    }
  };
  for (const EarlyRecord& record : early_) {
    const std::vector<absl::string_view> cells(record.cells.begin(), record.cells.end());
    give(record.line, cells);
  }
  early_.clear();
  if (ended_) return false;
  if (piece_.empty()) {
    absl::Status read = ReadPiece();
    if (!read.ok()) return read;
  }
  ended_ = piece_.empty();
  const absl::Status status = ended_ ? text_->Finish(give) : text_->Feed(piece_, give);
  piece_.clear();
  if (!status.ok()) return InFile(status);
  return !ended_;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> RecordReader::Open(const InputPath& input,
                                                                 const TextFormat& format) {
  auto file = RawFile::Open(input);
  if (!file.ok()) return file.status();
  auto reader = std::make_unique<DelimitedReader>(std::move(*file));
  const absl::Status begun = reader->Begin(input.path, format);
  if (!begun.ok()) return begun;
  return reader;
}

absl::StatusOr<size_t> FindColumn(const RecordReader& reader, absl::string_view name) {
  const auto& columns = reader.columns();
  const auto found = std::find(columns.begin(), columns.end(), InNormalForm(name));
  if (found != columns.end()) return static_cast<size_t>(found - columns.begin());
  const size_t shown = std::min(columns.size(), kShownColumns);
  const auto append = [](std::string* out, const std::string& column) { out->append(index::Quoted(column)); };
  return absl::NotFoundError(absl::StrCat(
      reader.file().shown_name(), " has no column ", index::Quoted(Standard(name)), "; it has ",
      absl::StrJoin(columns.begin(), columns.begin() + static_cast<ptrdiff_t>(shown), ", ", append),
      shown < columns.size() ? " …" : ""));
}

}  // namespace muster::loaders
