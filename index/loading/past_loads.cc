// Records of loads lie by the number that a load gets when its commit begins, and become visible by their
// label. So a listing walks the numbers downwards, and leaves out records whose label names another load or
// none: those of loads that were not published.
#include "index/loading/past_loads.h"

#include <optional>
#include <string_view>
#include <utility>

#include "index/catalog/load_records.h"
#include "index/loading/plan/load_plan.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/pages/corrupt.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status UnknownLoad(const std::string& label) {
  return WithReason(absl::NotFoundError(Sentence("no load ", Quoted(label),
                                                 " was published; list the loads to see which were")),
                    Reason::kUnknownLoad);
}

PastLoad Decode(const records::LoadRecord& record) {
  PastLoad load;
  load.mode = static_cast<LoadMode>(record.mode());
  load.published = absl::FromUnixMicros(record.published_unix_micros());
  load.content = record.content();
  load.result = DecodeResult(record.label(), record.result());
  return load;
}

}  // namespace

absl::StatusOr<PastLoad> GetPastLoad(const ReadTransaction& view, const std::string& label) {
  ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> record, FindLoad(view, label));
  if (!record) return UnknownLoad(label);
  return Decode(*record);
}

absl::StatusOr<PastLoadPage> ListPastLoads(const ReadTransaction& view, const std::string& after,
                                           size_t most) {
  PastLoadPage page;
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kLoads));
  if (after.empty()) {
    cursor.Last();
  } else {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> number, view.Get(DatabaseId::kLoadLabels, after));
    if (!number) return UnknownLoad(after);
    cursor.SeekBefore(*number);
  }
  for (; cursor.valid(); cursor.Previous()) {
    records::LoadRecord record;
    if (!record.ParseFromArray(cursor.value().data(), static_cast<int>(cursor.value().size())))
      return Corrupt("catalogue", "the record of a load can't be read");
    if (record.label().empty()) continue;  // of a rollback
    ASSIGN_OR_RETURN(const std::optional<std::string_view> shown,
                     view.Get(DatabaseId::kLoadLabels, record.label()));
    if (shown != cursor.key()) continue;
    page.more = page.loads.size() == most;
    if (page.more) break;
    page.loads.push_back(Decode(record));
  }
  RETURN_IF_ERROR(cursor.status());
  return page;
}

}  // namespace muster::index
