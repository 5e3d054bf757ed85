#include "loaders/files/record_reader.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"
#include "loaders/files/ndjson_reader.h"
#include "loaders/files/record_cutter.h"
#include "loaders/files/text_start.h"
#include "text/abseil_text.h"
#include "text/nearest_names.h"
#include "text/normal_form.h"
#include "text/quoted.h"
#include "text/utf8.h"

namespace muster::loaders {
namespace {

constexpr size_t kShownColumns = 20;

class DelimitedReader : public RecordReader, private CutSink {
 public:
  DelimitedReader(std::unique_ptr<RawFile> file, TextFormat format)
      : file_(std::move(file)), format_(std::move(format)) {}

  absl::Status Begin(const std::string& path);
  const std::vector<std::string>& columns() const override { return columns_; }
  const TextFormat& format() const override { return format_; }
  absl::StatusOr<bool> ReadSome(RecordSink& sink) override;
  std::vector<std::string> notes() const override;
  const std::string& shown_name() const override { return file_->shown_name(); }
  InputLine Locate(uint64_t line) const override { return {path_, line}; }
  absl::Span<const BegunFile> files() const override { return files_; }
  void KeepTexts() override { cutter_->KeepTexts(); }
  absl::string_view record_text() const override { return cutter_->record_text(); }
  uint64_t bytes_read() const override { return file_->bytes_read(); }
  std::optional<uint64_t> size() const override { return file_->size(); }

 private:
  bool TakeCut(const CutRecord& record) override;
  bool TakeUncut(uint64_t line, const std::string& why) override;
  // Reads more text and splits it; before the header is known, it stops after the header.
  absl::Status CutSome();
  absl::Status ReadHeader();
  absl::Status NameColumns(uint64_t line, absl::Span<const absl::string_view> names);
  bool IsHeaderAgain(absl::Span<const absl::string_view> cells) const;
  // Whether the record has one extra cell at the end, which is empty.
  bool IsOneTooMany(const CutRecord& record) const {
    return record.found == columns_.size() + 1 && record.found == record.cells.size() &&
           absl::StripAsciiWhitespace(record.cells.back()).empty();
  }
  std::string CellCount(const CutRecord& record) const;
  // Prefixes the message of `status` with the file's name.
  absl::Status InFile(const absl::Status& status) const;

  const std::unique_ptr<RawFile> file_;
  TextFormat format_;
  std::string path_;
  std::vector<BegunFile> files_;
  std::unique_ptr<ByteSource> text_;
  std::unique_ptr<RecordCutter> cutter_;
  bool text_ended_ = false;
  bool has_uncut_ = false;  // the cutter stopped before the end of its text

  std::vector<std::string> columns_;
  std::vector<std::string> header_;  // the column names as they are written
  bool named_ = false;
  absl::Status naming_;
  RecordSink* sink_ = nullptr;  // set while reading
  std::vector<std::string> notes_;
  uint64_t headers_ = 0;            // records that equal the header
  uint64_t first_header_line_ = 0;  // of the first such record
};

absl::Status DelimitedReader::InFile(const absl::Status& status) const {
  // Errors about bytes already name the file; errors about text begin with its line.
  if (!absl::StartsWith(status.message(), "line ")) return status;
  return absl::Status(status.code(), absl::StrCat(file_->shown_name(), ", ", status.message()));
}

absl::Status DelimitedReader::Begin(const std::string& path) {
  path_ = path;
  if (file_->is_named()) files_.push_back({path, 0});
  auto begun = BeginText(*file_, path, format_);
  if (!begun.ok()) return InFile(begun.status());
  text_ = std::move(begun->text);
  format_.delimiter = begun->delimiter;
  notes_ = std::move(begun->notes);
  cutter_ = std::make_unique<RecordCutter>(format_, begun->line);
  for (absl::string_view start = begun->start; !start.empty();) {
    const absl::Span<char> room = cutter_->Room();
    const size_t bytes = std::min(room.size(), start.size());
    std::copy_n(start.data(), bytes, room.data());
    cutter_->Add(bytes);
    start.remove_prefix(bytes);
  }
  has_uncut_ = true;
  if (format_.columns.empty()) return ReadHeader();
  const std::vector<absl::string_view> names(format_.columns.begin(), format_.columns.end());
  return NameColumns(1, names);
}

absl::Status DelimitedReader::CutSome() {
  if (!has_uncut_) {
    auto got = text_->Read(cutter_->Room());
    if (!got.ok()) return InFile(got.status());
    cutter_->Add(*got);
    text_ended_ = *got == 0;
  }
  has_uncut_ = false;
  const absl::Status cut = cutter_->Cut(text_ended_, *this);
  return cut.ok() ? cut : InFile(cut);
}

absl::Status DelimitedReader::ReadHeader() {
  while (!named_ && !text_ended_) {
    RETURN_IF_ERROR(CutSome());
  }
  if (!named_) {
    if (format_.is_part) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(file_->shown_name(), " is empty: it has no header"));
  }
  has_uncut_ = true;
  return naming_;
}

absl::Status DelimitedReader::NameColumns(uint64_t line, absl::Span<const absl::string_view> names) {
  named_ = true;
  const std::string place = absl::StrCat(file_->shown_name(), ", line ", line, ": ");
  std::set<std::string> seen;
  for (absl::string_view name : names) {
    name = absl::StripAsciiWhitespace(name);
    if (!IsValidUtf8(FromAbseil(name))) {
      return absl::InvalidArgumentError(
          absl::StrCat(place,
                       "the header is not UTF-8; say what it is, for example encoding: gb18030, or convert "
                       "the file with iconv -t UTF-8"));
    }
    columns_.push_back(InNormalForm(FromAbseil(name)));
    header_.emplace_back(name);
    if (!name.empty() && !seen.insert(columns_.back()).second) {
      return absl::InvalidArgumentError(absl::StrCat(place, "the column ", Quoted(FromAbseil(name)),
                                                     " is there twice; rename one of them"));
    }
  }
  if (format_.trailing_delimiter && format_.columns.empty() && columns_.size() > 1 &&
      columns_.back().empty()) {
    columns_.pop_back();
  }
  return absl::OkStatus();
}

bool DelimitedReader::TakeCut(const CutRecord& record) {
  if (!named_) {
    naming_ = record.found > kMaxCells
                  ? absl::InvalidArgumentError(absl::StrCat(
                        file_->shown_name(), ", line ", record.line, ": the header has ", record.found,
                        " columns, and a file may have ", kMaxCells, "; divide it into several"))
                  : NameColumns(record.line, record.cells);
    named_ = true;
    return false;
  }
  absl::Span<const absl::string_view> cells = record.cells;
  if (format_.trailing_delimiter && IsOneTooMany(record)) cells.remove_suffix(1);
  if (cells.size() != columns_.size() || record.found > kMaxCells) {
    sink_->TakeBroken({record.line, BrokenRecord::Why::kCellCount, CellCount(record)});
  } else if (IsHeaderAgain(cells)) {
    if (headers_++ == 0) first_header_line_ = record.line;
  } else {
    sink_->TakeRecord(record.line, cells);
  }
  return true;
}

bool DelimitedReader::TakeUncut(uint64_t line, const std::string& why) {
  if (!named_) {
    naming_ = absl::InvalidArgumentError(
        absl::StrCat(file_->shown_name(), ", line ", line, ": the header can't be read: ", why));
    named_ = true;
    return false;
  }
  sink_->TakeBroken({line, BrokenRecord::Why::kText, why});
  return true;
}

std::string DelimitedReader::CellCount(const CutRecord& record) const {
  std::string text =
      absl::StrCat("the record has ", record.found, record.found == 1 ? " cell" : " cells",
                   ", and the file has ", columns_.size(), columns_.size() == 1 ? " column" : " columns");
  if (IsOneTooMany(record)) {
    absl::StrAppend(&text,
                    ": there is a delimiter too many at its end, which --trailing-delimiter tolerates");
  } else if (record.last_line > record.line) {
    absl::StrAppend(&text, "; it ends in line ", record.last_line,
                    ", so look for a quote that should not open a cell");
  }
  return text;
}

bool DelimitedReader::IsHeaderAgain(absl::Span<const absl::string_view> cells) const {
  bool has_name = false;
  for (size_t i = 0; i < cells.size(); ++i) {
    const absl::string_view cell = absl::StripAsciiWhitespace(cells[i]);
    if (cell != columns_[i] && cell != header_[i]) return false;
    has_name |= !cell.empty();
  }
  return has_name;
}

absl::StatusOr<bool> DelimitedReader::ReadSome(RecordSink& sink) {
  sink_ = &sink;
  const absl::Status cut = CutSome();
  sink_ = nullptr;
  RETURN_IF_ERROR(cut);
  return !text_ended_;
}

std::vector<std::string> DelimitedReader::notes() const {
  std::vector<std::string> notes = notes_;
  if (headers_ == 1) {
    notes.push_back(absl::StrCat(file_->shown_name(), ", line ", first_header_line_,
                                 ": the record equals the header and was passed over"));
  } else if (headers_ > 1) {
    notes.push_back(absl::StrCat(file_->shown_name(), ", line ", first_header_line_,
                                 ": the record equals the header; ", headers_,
                                 " such records were passed over"));
  }
  return notes;
}

// The likely delimiter in `column`, which contains `name` as a part; empty if none is found.
absl::string_view LikelyDelimiter(absl::string_view column, absl::string_view name) {
  constexpr absl::string_view kDelimiters = ",;|\t\x01:~^";
  const size_t at = column.find(name);
  if (name.empty() || at == absl::string_view::npos) return "";
  const absl::string_view before = column.substr(0, at), after = column.substr(at + name.size());
  const absl::string_view c =
      after.empty() ? before.substr(before.empty() ? 0 : before.size() - 1) : after.substr(0, 1);
  return !c.empty() && absl::StrContains(kDelimiters, c) ? c : "";
}

// The end of a sentence about a header that lacks the column `name`: the delimiter that may divide it. Empty
// if there is no sign of another.
std::string OtherDelimiter(const std::vector<std::string>& columns, absl::string_view name) {
  for (const std::string& column : columns) {
    const absl::string_view divider = LikelyDelimiter(column, name);
    if (divider.empty()) continue;
    const std::string shown = divider == "\t" ? "tab" : Quoted(FromAbseil(divider));
    return absl::StrCat(columns.size() == 1 ? ", which" : absl::StrCat("; ", Quoted(column)),
                        " looks divided by ", divider == "\t" ? "tabs" : shown, ": say delimiter: ", shown,
                        " in the schema, or --delimiter ", shown);
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> RecordReader::Open(const InputPath& input,
                                                                 const TextFormat& format) {
  RETURN_IF_ERROR(CheckTextFormat(format));
  if (KindOfText(input.path, format) == TextKind::kNdjson) return OpenNdjson(input, format);
  ASSIGN_OR_RETURN(auto file, RawFile::Open(input));
  auto reader = std::make_unique<DelimitedReader>(std::move(file), format);
  RETURN_IF_ERROR(reader->Begin(input.path));
  return reader;
}

absl::StatusOr<size_t> FindColumn(const RecordReader& reader, absl::string_view name) {
  const auto& columns = reader.columns();
  const auto found = std::find(columns.begin(), columns.end(), InNormalForm(FromAbseil(name)));
  if (found != columns.end()) return static_cast<size_t>(found - columns.begin());
  const size_t shown = std::min(columns.size(), kShownColumns);
  const auto append = [](std::string* out, const std::string& column) { out->append(Quoted(column)); };
  // Of several files, the columns are those of the first one.
  const std::string first = reader.files().empty() ? "" : Quoted(reader.files().back().name);
  const std::string message = absl::StrCat(
      reader.shown_name(), " has no column ", Quoted(FromAbseil(name)),
      first.empty() || first == reader.shown_name() ? "; it has "
                                                    : absl::StrCat("; its file ", first, " has "),
      absl::StrJoin(columns.begin(), columns.begin() + static_cast<ptrdiff_t>(shown), ", ", append),
      shown < columns.size() ? " …" : "");
  const std::string divided = OtherDelimiter(columns, name);
  if (!divided.empty()) return absl::NotFoundError(absl::StrCat(message, divided));
  return absl::NotFoundError(absl::StrCat(message, DidYouMean(NearestNames(FromAbseil(name), columns, 3))));
}

}  // namespace muster::loaders
