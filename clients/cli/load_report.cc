#include "clients/cli/load_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "clients/cpp/failure.h"

namespace muster::cli {
namespace {

std::string StateText(const v1::LoadRecordsResponse& answer) {
  const bool dry_run = answer.state() == v1::LOAD_STATE_DRY_RUN;
  if (answer.already_published())
    return dry_run ? "already published, nothing would change" : "already published, nothing changed";
  const bool nothing = dry_run && answer.tags_size() == 0 && answer.records() == answer.rejected_records();
  if (nothing) return "no records, nothing would be published";
  if (answer.state() == v1::LOAD_STATE_EMPTY) return "no records, nothing published";
  return dry_run ? "would be published" : "published";
}

}  // namespace

std::string ReasonText(v1::RejectionReason reason) {
  switch (reason) {
    case v1::REJECTION_REASON_RAGGED:
      return "wrong number of cells";
    case v1::REJECTION_REASON_BAD_MEMBER_ID:
      return "bad member id";
    case v1::REJECTION_REASON_BAD_CELL:
      return "a cell that its tag doesn't take";
    case v1::REJECTION_REASON_BAD_TEXT:
      return "NUL or no UTF-8";
    case v1::REJECTION_REASON_CONTRADICTION:
      return "contradicts an earlier record";
    case v1::REJECTION_REASON_UNREADABLE:
      return "can't be cut into cells";
    case v1::REJECTION_REASON_UNKNOWN_TAG:
      return "names no tag of the schema";
    default:
      return "another reason";
  }
}

std::string CellsText(const v1::CellCounts& cells) {
  return absl::StrCat(Grouped(cells.changed()), " changed, ", Grouped(cells.unchanged()), " unchanged, ",
                      Grouped(cells.dropped()), " dropped");
}

LineNames LinesOf(std::string input) {
  return [input = std::move(input)](uint64_t line) { return absl::StrCat(input, ":", line); };
}

std::string LoadText(const v1::LoadRecordsResponse& answer, size_t room) {
  const bool dry_run = answer.state() == v1::LOAD_STATE_DRY_RUN;
  std::string text = absl::StrCat(
      "load ", answer.label(), ": ", StateText(answer), ", as of ", answer.business_date(), "\n",
      Counted(answer.records(), "record"), ", ", Grouped(answer.rejected_records()), " rejected; ",
      Counted(answer.new_members(), "new member"), ", ", Grouped(answer.member_count()), " in all\n");
  if (answer.has_cells()) absl::StrAppend(&text, "cells: ", CellsText(answer.cells()), "\n");
  if (dry_run) absl::StrAppend(&text, "this was a dry run: nothing was published\n");
  if (answer.tags_size() == 0) return text;
  Table table({{.title = "tag", .narrowest = 20},
               {"version", Table::Align::kRight},
               {"members", Table::Align::kRight},
               {"coverage", Table::Align::kRight}});
  for (const v1::LoadedTag& tag : answer.tags()) {
    const bool unknown = dry_run && tag.coverage() == 0 && tag.member_count() > 0;  // of a late load
    table.Add({tag.name(), tag.version() == 0 ? "-" : absl::StrCat(tag.version()),
               Grouped(tag.member_count()), unknown ? "-" : Percent(tag.coverage())});
  }
  return absl::StrCat(text, "\n", table.Aligned(room));
}

std::string LoadCsv(const v1::LoadRecordsResponse& answer) {
  std::string text = CsvLine({"tag", "version", "members", "coverage"});
  for (const v1::LoadedTag& tag : answer.tags()) {
    text += CsvLine({tag.name(), absl::StrCat(tag.version()), absl::StrCat(tag.member_count()),
                     absl::StrFormat("%.6f", tag.coverage())});
  }
  return text;
}

void ReportLoadRemarks(const Terminal& terminal, const v1::LoadRecordsResponse& answer,
                       const LineNames& lines) {
  for (const std::string& warning : answer.warnings()) WriteWarning(terminal, warning);
  if (answer.rejected_records() == 0) return;
  WriteWarning(terminal, absl::StrCat(Grouped(answer.rejected_records()), " of ",
                                      Counted(answer.records(), "record"), " rejected:"));
  for (const v1::RejectionCount& count : answer.rejections())
    WriteDetail(terminal, absl::StrCat(Grouped(count.records()), " × ", ReasonText(count.reason())));
  for (const v1::RejectedRecord& record : answer.first_rejected())
    WriteDetail(terminal, absl::StrCat(lines(record.line()), ": ", record.message()));
}

// The first line of the server's message gives the number of rejected records; further lines list some of
// them as `line 7: why`. The server doesn't know the files' names.
ExitCode ReportLoadFailure(const Terminal& terminal, const absl::Status& status, const LineNames& lines) {
  const client::Failure failure = client::FailureOf(status);
  if (failure.reason != "TOO_MANY_REJECTED" && failure.reason != "NO_RECORDS")
    return ReportFailure(terminal, status);
  constexpr absl::string_view kLine = "line ";
  bool first = true;
  for (absl::string_view line : absl::StrSplit(failure.message, '\n')) {
    if (first) {
      WriteError(terminal, absl::StrReplaceAll(line, {{"max_rejected", "--max-rejected"}}));
    } else if (absl::ConsumePrefix(&line, kLine)) {
      uint64_t number = 0;
      const size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
      if (!absl::SimpleAtoi(line.substr(0, digits), &number)) number = 0;
      WriteDetail(terminal, absl::StrCat(lines(number), line.substr(digits)));
    } else {
      WriteDetail(terminal, line);
    }
    first = false;
  }
  return kFailed;
}

}  // namespace muster::cli
