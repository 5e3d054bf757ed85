#include "clients/cli/load_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/display_width.h"
#include "clients/cli/table.h"

namespace muster::cli {
namespace {

const char* ReasonText(v1::RejectionReason reason) {
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
    default:
      return "another reason";
  }
}

}  // namespace

std::string LoadText(const v1::LoadRecordsResponse& answer) {
  const char* state = answer.already_published()               ? "already published, nothing changed"
                      : answer.state() == v1::LOAD_STATE_EMPTY ? "no records, nothing published"
                                                               : "published";
  std::string text = absl::StrCat(
      "load ", answer.label(), ": ", state, ", as of ", answer.business_date(), "\n",
      Counted(answer.records(), "record"), ", ", Grouped(answer.rejected_records()), " rejected; ",
      Counted(answer.new_members(), "new member"), ", ", Grouped(answer.member_count()), " in all\n");
  if (answer.tags_size() == 0) return text;
  Table table({{"tag"},
               {"version", Table::Align::kRight},
               {"members", Table::Align::kRight},
               {"coverage", Table::Align::kRight}});
  for (const v1::LoadedTag& tag : answer.tags()) {
    table.Add({tag.name(), absl::StrCat(tag.version()), Grouped(tag.member_count()),
               absl::StrFormat("%.1f %%", tag.coverage() * 100)});
  }
  return absl::StrCat(text, "\n", table.Aligned());
}

std::string LoadCsv(const v1::LoadRecordsResponse& answer) {
  std::string text = CsvLine({"tag", "version", "members", "coverage"});
  for (const v1::LoadedTag& tag : answer.tags()) {
    text += CsvLine({tag.name(), absl::StrCat(tag.version()), absl::StrCat(tag.member_count()),
                     absl::StrFormat("%.6f", tag.coverage())});
  }
  return text;
}

void ReportLoadRemarks(const Terminal& terminal, const v1::LoadRecordsResponse& answer) {
  for (const std::string& warning : answer.warnings()) {
    BeginWarning(terminal);
    terminal.err << warning << "\n";
  }
  if (answer.rejected_records() == 0) return;
  BeginWarning(terminal);
  terminal.err << Grouped(answer.rejected_records()) << " of " << Counted(answer.records(), "record")
               << " rejected:\n";
  for (const v1::RejectionCount& count : answer.rejections()) {
    terminal.err << "  " << Grouped(count.records()) << " × " << ReasonText(count.reason()) << "\n";
  }
  for (const v1::RejectedRecord& record : answer.first_rejected()) {
    terminal.err << "  line " << record.line() << ": " << record.message() << "\n";
  }
}

}  // namespace muster::cli
