#include "loaders/files/ndjson_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"
#include "loaders/files/json_record.h"
#include "loaders/files/record_cutter.h"
#include "loaders/files/text_start.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

constexpr size_t kShownKeys = 5;

// Divides text into lines. The text arrives in pieces. Memory: a piece and the current line, which may have
// kMaxRecordBytes. Not thread-safe.
class LineCutter {
 public:
  explicit LineCutter(uint64_t line) : line_(line) {}

  // As of RecordCutter. Invalidates the lines of the last Cut.
  absl::Span<char> Room() {
    if (begin_ > 0) std::memmove(text_.data(), text_.data() + begin_, size_ - begin_);
    size_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
    text_.resize(size_ + kPieceBytes + kJsonPadding);
    return absl::MakeSpan(text_).subspan(size_, kPieceBytes);
  }
  void Add(size_t bytes) { size_ += bytes; }

  // Passes each complete line, and with `ended` the last one, to `take(line, text, too_long)`; a line that is too
  // long comes without its text. kJsonPadding bytes behind each text are readable.
  template <typename Take>
  void Cut(bool ended, const Take& take) {
    while (true) {
      const void* const end = std::memchr(text_.data() + scanned_, '\n', size_ - scanned_);
      if (end == nullptr && !(ended && begin_ < size_)) break;
      const size_t at =
          end == nullptr ? size_ : static_cast<size_t>(static_cast<const char*>(end) - text_.data());
      if (!std::exchange(skipping_, false))
        take(line_, absl::string_view(text_.data() + begin_, at - begin_), false);
      ++line_;
      begin_ = scanned_ = std::min(at + 1, size_);
    }
    scanned_ = size_;
    if (skipping_) begin_ = size_;
    if (size_ - begin_ <= kMaxRecordBytes) return;
    take(line_, absl::string_view(), true);
    skipping_ = true;
    begin_ = size_;
  }

 private:
  std::vector<char> text_;
  size_t begin_ = 0;    // of the current line
  size_t scanned_ = 0;  // no line feed from its beginning up to here
  size_t size_ = 0;
  uint64_t line_;
  bool skipping_ = false;  // the rest of a line that is too long
};

// Names in quotes: the first ones, and how many more there are. `endless`: even more.
std::string Named(const std::vector<std::string>& names, bool endless) {
  const size_t shown = std::min(names.size(), kShownKeys);
  const auto append = [](std::string* out, const std::string& name) { out->append(Quoted(name)); };
  std::string text =
      absl::StrJoin(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), ", ", append);
  if (shown < names.size())
    absl::StrAppend(&text, " and ", names.size() - shown, endless ? " or more" : " more");
  return text;
}

class NdjsonReader : public RecordReader {
 public:
  NdjsonReader(std::unique_ptr<RawFile> file, TextFormat format)
      : file_(std::move(file)), format_(std::move(format)), record_(format_.keys) {}

  absl::Status Begin(const std::string& path) {
    path_ = path;
    if (file_->is_named()) files_.push_back({path, 0});
    auto begun = BeginText(*file_, path, format_);
    if (!begun.ok()) return InFile(begun.status());
    text_ = std::move(begun->text);
    notes_ = std::move(begun->notes);
    start_ = std::move(begun->start);
    cutter_ = std::make_unique<LineCutter>(begun->line);
    columns_ = record_.columns();
    return absl::OkStatus();
  }

  // Reads everything, for the keys.
  absl::StatusOr<std::vector<std::string>> FindKeys() {
    class NoSink : public RecordSink {
      void TakeRecord(uint64_t, absl::Span<const absl::string_view>) override {}
      void TakeBroken(const BrokenRecord&) override {}
    } sink;
    absl::StatusOr<bool> more = true;
    while (more.ok() && *more) more = ReadSome(sink);
    RETURN_IF_ERROR(more.status());
    return record_.columns();
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  const TextFormat& format() const override { return format_; }
  absl::StatusOr<bool> ReadSome(RecordSink& sink) override;
  std::vector<std::string> notes() const override;
  std::vector<std::string> unseen() const override { return record_.unseen(); }
  const std::string& shown_name() const override { return file_->shown_name(); }
  InputLine Locate(uint64_t line) const override { return {path_, line}; }
  absl::Span<const BegunFile> files() const override { return files_; }
  void KeepTexts() override {}
  absl::string_view record_text() const override { return line_; }
  uint64_t bytes_read() const override { return file_->bytes_read(); }
  std::optional<uint64_t> size() const override { return file_->size(); }

 private:
  void TakeLine(uint64_t line, absl::string_view text, RecordSink& sink);
  // Prefixes the message of `status` with the file's name.
  absl::Status InFile(const absl::Status& status) const {
    if (!absl::StartsWith(status.message(), "line ")) return status;
    return absl::Status(status.code(), absl::StrCat(file_->shown_name(), ", ", status.message()));
  }

  const std::unique_ptr<RawFile> file_;
  const TextFormat format_;
  std::string path_;
  std::vector<BegunFile> files_;
  absl::string_view line_;  // that the sink is given
  JsonRecord record_;
  std::vector<std::string> columns_;
  std::unique_ptr<ByteSource> text_;
  std::string start_;  // of the text: read, and not yet cut
  std::unique_ptr<LineCutter> cutter_;
  std::vector<std::string> notes_;
  uint64_t records_ = 0;
};

absl::StatusOr<bool> NdjsonReader::ReadSome(RecordSink& sink) {
  const absl::Span<char> room = cutter_->Room();
  size_t got_bytes = std::min(room.size(), start_.size());
  if (got_bytes > 0) {
    std::memcpy(room.data(), start_.data(), got_bytes);
    start_.erase(0, got_bytes);
  } else {
    auto got = text_->Read(room);
    if (!got.ok()) return InFile(got.status());
    got_bytes = *got;
  }
  cutter_->Add(got_bytes);
  cutter_->Cut(got_bytes == 0, [&](uint64_t line, absl::string_view text, bool too_long) {
    line_ = text;
    if (too_long) {
      sink.TakeBroken(
          {line, BrokenRecord::Why::kText, absl::StrCat("it is longer than ", kMaxRecordBytes, " bytes")});
    } else {
      TakeLine(line, text, sink);
    }
  });
  return got_bytes > 0;
}

void NdjsonReader::TakeLine(uint64_t line, absl::string_view text, RecordSink& sink) {
  while (absl::ConsumePrefix(&text, kUtf8Mark)) {
  }
  if (absl::StripLeadingAsciiWhitespace(text).empty()) return;
  line_ = absl::StripSuffix(text, "\r");
  ++records_;
  std::optional<BrokenRecord> broken = record_.Read(text);
  if (!broken) {
    sink.TakeRecord(line, record_.cells());
    return;
  }
  broken->line = line;
  sink.TakeBroken(*broken);
}

std::vector<std::string> NdjsonReader::notes() const {
  std::vector<std::string> notes = notes_;
  if (!record_.skipped().empty()) {
    const bool one = record_.skipped().size() == 1;
    notes.push_back(absl::StrCat("the schema names no tag for the ", one ? "key " : "keys ",
                                 Named(record_.skipped(), record_.skipped_more()), ", ",
                                 one ? "which is" : "which are", " left out; --infer beside --schema takes ",
                                 one ? "it" : "them", " too"));
  }
  const std::vector<std::string> unseen = record_.unseen();
  if (records_ > 0 && !unseen.empty() && !format_.is_part) {
    notes.push_back(absl::StrCat("no object of ", file_->shown_name(), " has the ",
                                 unseen.size() == 1 ? "key " : "keys ", Named(unseen, false),
                                 ", so that no member gets a value from it; look whether the name is right"));
  }
  return notes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> OpenNdjson(const InputPath& input, const TextFormat& format) {
  const auto open = [&input](TextFormat with) -> absl::StatusOr<std::unique_ptr<NdjsonReader>> {
    ASSIGN_OR_RETURN(auto file, RawFile::Open(input));
    auto reader = std::make_unique<NdjsonReader>(std::move(file), std::move(with));
    RETURN_IF_ERROR(reader->Begin(input.path));
    return reader;
  };
  TextFormat with_keys = format;
  with_keys.kind = TextKind::kNdjson;
  RETURN_IF_ERROR(CheckTextFormat(with_keys));
  if (format.keys.empty()) {
    ASSIGN_OR_RETURN(auto reader, open(with_keys));
    ASSIGN_OR_RETURN(const auto names, reader->FindKeys());
    for (const std::string& name : names) with_keys.keys.push_back({.name = name});
    if (with_keys.keys.empty() && !format.is_part) {
      return absl::InvalidArgumentError(
          absl::StrCat(input.path == "-" ? "standard input" : reader->shown_name(),
                       " has no JSON object with a key: it must have an object a line"));
    }
  }
  ASSIGN_OR_RETURN(auto reader, open(std::move(with_keys)));
  return reader;
}

}  // namespace muster::loaders
