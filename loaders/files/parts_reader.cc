#include "loaders/files/parts_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "text/controls.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

constexpr size_t kNotesMax = 10;

class PartsReader : public RecordReader, private RecordSink {
 public:
  PartsReader(InputParts input, TextFormat format)
      : input_(std::move(input)),
        shown_name_(input_.whole.shown_name.empty() ? absl::StrCat("'", EscapeUnseen(input_.whole.path), "'")
                                                    : input_.whole.shown_name),
        format_(std::move(format)) {
    format_.is_part = true;
    for (const InputPart& part : input_.parts) size_ += part.bytes;
  }

  absl::Status Begin();
  const std::vector<std::string>& columns() const override { return columns_; }
  const TextFormat& format() const override { return format_; }
  absl::StatusOr<bool> ReadSome(RecordSink& sink) override;
  std::vector<std::string> notes() const override;
  const std::string& shown_name() const override { return shown_name_; }
  InputLine Locate(uint64_t line) const override;
  absl::Span<const BegunFile> files() const override { return files_; }
  void KeepTexts() override {
    keeps_texts_ = true;
    if (current_ != nullptr) current_->KeepTexts();
  }
  absl::string_view record_text() const override { return current_->record_text(); }
  std::vector<std::string> unseen() const override;
  uint64_t bytes_read() const override {
    return read_before_ + (current_ == nullptr ? 0 : current_->bytes_read());
  }
  std::optional<uint64_t> size() const override { return size_; }

 private:
  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override;
  void TakeBroken(const BrokenRecord& record) override;
  // All files are of one kind, by their names.
  absl::Status CheckKinds() const;
  // Finds the keys of NDJSON in all files.
  absl::Status FindKeys();
  // Opens the next file that isn't empty; current_ is null when there is none.
  absl::Status OpenNext();
  void EndPart();
  // Sets from_, or says how the header of the current file differs.
  absl::Status MatchHeader();
  std::string Differs(const std::vector<std::string>& other) const;

  const InputParts input_;
  const std::string shown_name_;
  TextFormat format_;
  std::vector<std::string> columns_;
  std::string first_name_;  // of the file whose header they are
  std::unique_ptr<RecordReader> current_;
  size_t next_ = 0;  // the file to open next
  uint64_t size_ = 0, read_before_ = 0;
  std::vector<uint64_t> lines_before_;  // by file: how far lines were counted when it was opened
  std::vector<BegunFile> files_;
  bool keeps_texts_ = false;
  uint64_t last_line_ = 0;
  std::vector<size_t> from_;  // by column: where the current file has it; empty: in the same place
  std::vector<absl::string_view> cells_;
  RecordSink* sink_ = nullptr;
  std::optional<std::vector<std::string>> unseen_;  // in all files that have ended
  std::vector<std::string> notes_;
  uint64_t more_notes_ = 0;
};

absl::Status PartsReader::CheckKinds() const {
  const std::string& first = input_.parts.front().input.path;
  const TextKind kind = KindOfText(first, format_);
  for (const InputPart& part : input_.parts) {
    if (KindOfText(part.input.path, format_) == kind) continue;
    const bool json_first = kind == TextKind::kNdjson;
    return absl::InvalidArgumentError(absl::StrCat(
        shown_name_, " has files of two kinds, NDJSON such as ", Quoted(json_first ? first : part.input.path),
        " and CSV such as ", Quoted(json_first ? part.input.path : first),
        ": a load has one; name those of one kind, for example by a pattern such as 'FOLDER/*.csv'"));
  }
  return absl::OkStatus();
}

absl::Status PartsReader::Begin() {
  RETURN_IF_ERROR(CheckKinds());
  format_.kind = KindOfText(input_.parts.front().input.path, format_);
  if (format_.kind == TextKind::kNdjson && format_.keys.empty()) {
    RETURN_IF_ERROR(FindKeys());
  }
  RETURN_IF_ERROR(OpenNext());
  if (current_ != nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(shown_name_, ": all of its files are empty, without a header"));
}

absl::Status PartsReader::FindKeys() {
  const TextFormat without_keys = format_;
  std::set<std::string> known;
  for (const InputPart& part : input_.parts) {
    ASSIGN_OR_RETURN(const auto reader, RecordReader::Open(part.input, without_keys));
    for (const std::string& name : reader->columns()) {
      if (known.insert(name).second) format_.keys.push_back({.name = name});
    }
  }
  if (!known.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(shown_name_, " has no JSON object with a key: its files must have an object a line"));
}

absl::Status PartsReader::OpenNext() {
  while (current_ == nullptr && next_ < input_.parts.size()) {
    const InputPart& part = input_.parts[next_++];
    lines_before_.push_back(last_line_);
    files_.push_back({part.name, last_line_});
    ASSIGN_OR_RETURN(current_, RecordReader::Open(part.input, format_));
    if (keeps_texts_) current_->KeepTexts();
    if (current_->columns().empty()) {
      EndPart();
    } else if (first_name_.empty()) {
      first_name_ = current_->shown_name();
      columns_ = current_->columns();
      format_ = current_->format();
      cells_.resize(columns_.size());
    } else {
      RETURN_IF_ERROR(MatchHeader());
    }
  }
  return absl::OkStatus();
}

void PartsReader::EndPart() {
  for (std::string& note : current_->notes()) {
    if (std::find(notes_.begin(), notes_.end(), note) != notes_.end()) continue;
    if (notes_.size() < kNotesMax) {
      notes_.push_back(std::move(note));
    } else {
      ++more_notes_;
    }
  }
  read_before_ += current_->bytes_read();
  unseen_ = unseen();
  current_.reset();
}

absl::Status PartsReader::MatchHeader() {
  from_.clear();
  const std::vector<std::string>& other = current_->columns();
  if (other == columns_) return absl::OkStatus();
  std::multimap<std::string, size_t> places;
  for (size_t i = 0; i < other.size(); ++i) places.emplace(other[i], i);
  for (const std::string& column : columns_) {
    const auto place = places.find(column);
    if (place == places.end()) break;
    from_.push_back(place->second);
    places.erase(place);
  }
  if (from_.size() == columns_.size() && places.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(current_->shown_name(), Differs(other),
                   "; all files of an input have the same columns: where one is no table, move it away, "
                   "or name the others by a pattern"));
}

std::string PartsReader::Differs(const std::vector<std::string>& other) const {
  const auto lacks = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) == names.end();
  };
  for (const std::string& column : columns_) {
    if (lacks(other, column)) {
      return absl::StrCat(" has no column ", Quoted(column), ", which ", first_name_, " has");
    }
  }
  for (const std::string& column : other) {
    if (lacks(columns_, column)) {
      return absl::StrCat(" has the column ", Quoted(column), ", which ", first_name_, " has not");
    }
  }
  return absl::StrCat(" has ", other.size(), " columns, and ", first_name_, " has ", columns_.size());
}

absl::StatusOr<bool> PartsReader::ReadSome(RecordSink& sink) {
  RETURN_IF_ERROR(OpenNext());
  if (current_ == nullptr) return false;
  sink_ = &sink;
  const absl::StatusOr<bool> more = current_->ReadSome(*this);
  sink_ = nullptr;
  RETURN_IF_ERROR(more.status());
  if (!*more) EndPart();
  return current_ != nullptr || next_ < input_.parts.size();
}

void PartsReader::TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) {
  const uint64_t counted = lines_before_.back() + line;
  last_line_ = std::max(last_line_, counted);
  if (from_.empty()) {
    sink_->TakeRecord(counted, cells);
    return;
  }
  for (size_t i = 0; i < from_.size(); ++i) cells_[i] = cells[from_[i]];
  sink_->TakeRecord(counted, cells_);
}

void PartsReader::TakeBroken(const BrokenRecord& record) {
  BrokenRecord counted = record;
  counted.line += lines_before_.back();
  last_line_ = std::max(last_line_, counted.line);
  sink_->TakeBroken(counted);
}

InputLine PartsReader::Locate(uint64_t line) const {
  // The last file that was opened before the line; files without a record begin where the next one does.
  const auto after = std::lower_bound(lines_before_.begin(), lines_before_.end(), line);
  if (after == lines_before_.begin()) return {input_.whole.path, line};
  const auto part = static_cast<size_t>(after - lines_before_.begin()) - 1;
  return {input_.parts[part].input.path, line - lines_before_[part]};
}

std::vector<std::string> PartsReader::unseen() const {
  if (current_ == nullptr) return unseen_.value_or(std::vector<std::string>());
  std::vector<std::string> names = current_->unseen();
  std::erase_if(names, [this](const std::string& name) {
    return unseen_.has_value() && std::find(unseen_->begin(), unseen_->end(), name) == unseen_->end();
  });
  return names;
}

std::vector<std::string> PartsReader::notes() const {
  std::vector<std::string> notes = notes_;
  if (more_notes_ > 0) {
    notes.push_back(absl::StrCat("the files of ", shown_name_, " have ", more_notes_, " more notes"));
  }
  return notes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> OpenRecords(const InputParts& input, const TextFormat& format) {
  if (input.parts.empty()) return RecordReader::Open(input.whole, format);
  auto reader = std::make_unique<PartsReader>(input, format);
  RETURN_IF_ERROR(reader->Begin());
  return reader;
}

}  // namespace muster::loaders
