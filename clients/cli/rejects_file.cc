#include "clients/cli/rejects_file.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "index/status/status_macros.h"
#include "text/quoted.h"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

// `bad_cell` of REJECTION_REASON_BAD_CELL.
std::string ReasonName(v1::RejectionReason reason) {
  constexpr size_t kPrefix = sizeof("REJECTION_REASON_") - 1;
  return absl::AsciiStrToLower(v1::RejectionReason_Name(reason).substr(kPrefix));
}

// Writes rejected records, ascending by line, with the text of each, as the input is read once more.
class TextWriter : public loaders::RecordSink {
 public:
  using Write = std::function<absl::Status(const v1::RejectedRecord& record, absl::string_view text)>;
  TextWriter(const std::vector<v1::RejectedRecord>& records, loaders::RecordReader& reader, Write write)
      : records_(records), reader_(reader), write_(std::move(write)) {
    reader_.KeepTexts();
  }

  void TakeRecord(uint64_t line, absl::Span<const absl::string_view>) override { Take(line); }
  void TakeBroken(const loaders::BrokenRecord& record) override { Take(record.line); }

  bool done() const { return next_ == records_.size() || !status_.ok(); }
  size_t written() const { return next_; }
  const absl::Status& status() const { return status_; }

 private:
  void Take(uint64_t line) {
    while (!done() && records_[next_].line() < line) WriteNext("");
    if (!done() && records_[next_].line() == line) WriteNext(reader_.record_text());
  }
  void WriteNext(absl::string_view text) { status_ = write_(records_[next_++], text); }

  const std::vector<v1::RejectedRecord>& records_;
  loaders::RecordReader& reader_;
  const Write write_;
  size_t next_ = 0;
  absl::Status status_;
};

}  // namespace

absl::Status CheckRejectsPath(const std::string& path, const loaders::InputParts& input) {
  std::error_code ignored;
  const fs::path target = fs::weakly_canonical(path, ignored);
  const auto same = [&](const std::string& other) {
    return other != "-" && fs::weakly_canonical(other, ignored) == target;
  };
  for (const loaders::InputPart& part : input.parts) {
    if (same(part.input.path))
      return absl::InvalidArgumentError(
          absl::StrCat("--rejects ", Quoted(path), " is a file of the input: name another file"));
  }
  if (input.parts.empty() && same(input.whole.path))
    return absl::InvalidArgumentError(
        absl::StrCat("--rejects ", Quoted(path), " is the input: name another file"));
  if (fnmatch(input.whole.path.c_str(), path.c_str(), FNM_PATHNAME) == 0)
    return absl::InvalidArgumentError(
        absl::StrCat("--rejects ", Quoted(path),
                     " has a name that the pattern of the "
                     "input takes, so that the next load would read it: choose another"));
  const fs::path folder = fs::weakly_canonical(input.whole.path, ignored);
  if (!fs::is_directory(folder, ignored)) return absl::OkStatus();
  const auto [in_folder, in_target] =
      std::mismatch(folder.begin(), folder.end(), target.begin(), target.end());
  if (in_folder != folder.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--rejects ", Quoted(path),
                   " lies in the directory that is loaded, "
                   "so that the next load would read it: name a file elsewhere"));
}

absl::StatusOr<RejectsFile> RejectsFile::Create(const std::string& path) {
  ASSIGN_OR_RETURN(auto file, loaders::OutputFile::Create(path));
  return RejectsFile(path, std::move(file));
}

absl::Status RejectsFile::Fetch(client::Client& client, const std::string& population,
                                const std::string& label) {
  RETURN_IF_ERROR(client.StreamRejected(population, label, [this](const v1::StreamRejectedResponse& message) {
    records_.insert(records_.end(), message.records().begin(), message.records().end());
    missing_ = message.missing();
    missing_because_ = message.missing_because();
    return absl::OkStatus();
  }));
  // The server finds contradictions last.
  std::stable_sort(
      records_.begin(), records_.end(),
      [](const v1::RejectedRecord& a, const v1::RejectedRecord& b) { return a.line() < b.line(); });
  return absl::OkStatus();
}

absl::Status RejectsFile::Write(const v1::RejectedRecord& record, const RejectedInput& input,
                                absl::string_view text) {
  const loaders::InputLine place = input.locate(record.line());
  return file_->Write(CsvLine({place.path, absl::StrCat(place.line), ReasonName(record.reason()),
                               record.message(), std::string(text)}));
}

absl::Status RejectsFile::WriteRecords(const Terminal& terminal, const RejectedInput& input) {
  const auto write = [&](const v1::RejectedRecord& record, absl::string_view text) {
    return Write(record, input, text);
  };
  size_t written = 0;
  if (input.again.has_value() && !records_.empty()) {
    absl::Status read;
    if (auto reader = loaders::OpenRecords(*input.again, input.format); reader.ok()) {
      TextWriter texts(records_, **reader, write);
      absl::StatusOr<bool> more = true;
      while (more.ok() && *more && !texts.done()) more = (*reader)->ReadSome(texts);
      RETURN_IF_ERROR(texts.status());
      read = more.status();
      written = texts.written();
    } else {
      read = reader.status();
    }
    if (!read.ok())
      WriteWarning(terminal, absl::StrCat(Quoted(path_),
                                          " lacks the text of some records, because the input can't "
                                          "be read again: ",
                                          read.message()));
  }
  for (; written < records_.size(); ++written) RETURN_IF_ERROR(write(records_[written], ""));
  return absl::OkStatus();
}

absl::Status RejectsFile::Publish(const Terminal& terminal, const RejectedInput& input) {
  RETURN_IF_ERROR(file_->Write(CsvLine({"file", "line", "reason", "message", "record"})));
  RETURN_IF_ERROR(WriteRecords(terminal, input));
  RETURN_IF_ERROR(file_->Publish());
  if (missing_ > 0) {
    WriteWarning(terminal, absl::StrCat(Quoted(path_), " lacks ", Counted(missing_, "rejected record"), ": ",
                                        missing_because_, "; mend those that are there, and load again"));
  }
  WriteNote(terminal, absl::StrCat(Quoted(path_), " has ", Counted(records_.size(), "rejected record")));
  return absl::OkStatus();
}

}  // namespace muster::cli
