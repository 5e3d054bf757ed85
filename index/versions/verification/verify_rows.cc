// The check "rows" of verify_versions.h.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/resolved_rows.h"
#include "index/versions/snapshots/version_row_source.h"
#include "index/versions/verification/row_sums.h"
#include "index/versions/verification/verify_versions.h"

namespace muster::index {
namespace {

// While a store settles, a row is at S, at T, or between the two; a row in between can't be compared.
bool IsInMotion(const StoreRecord& store, RowId row) {
  return store.settling != kNoVersion && row == store.frontier.row;
}

// Sums the row again in one transaction: the walk may have read its records in two, between which the settler
// changed some.
RowSum SumAgain(const Transaction& transaction, const RowSum& sum) {
  RowSum again{true, sum.id, sum.row};
  absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kFragments);
  if (!cursor.ok()) return sum;
  const Key<8> row = MakeKey(sum.id, sum.row);
  for (cursor->Seek(row); cursor->At(row); cursor->Next()) {
    const absl::StatusOr<DecodedRecord> decoded = DecodeRecord(RecordBytesOf(cursor->value()));
    if (!decoded.ok()) return sum;
    again.cardinality += decoded->bitmap.Cardinality();
    ++again.records;
  }
  return cursor->status().ok() ? again : sum;
}

void CompareRow(const Transaction& transaction, RowSum sum, Findings& findings) {
  const absl::StatusOr<StoreRecord> store = ReadStore(transaction, sum.id);
  const absl::StatusOr<RowStats> stats = ReadRowStats(transaction, sum.id, sum.row);
  const Subject subject = Subject::OfStore(sum.id);
  const auto problem = [&](absl::string_view what) {
    findings.Problem(subject, absl::StrCat(RowText(subject, sum.row), ": ", what));
  };
  if (!store.ok()) {
    if (SumAgain(transaction, sum).records > 0)  // else it was a refused load's, and was swept meanwhile
      findings.Problem(subject, absl::StrCat("store ", sum.id, ": no record says to which tag it belongs"));
    return;
  }
  if (!stats.ok()) return problem(stats.status().message());
  if (store->settled == kNoVersion) return;  // staged: its statistics come last
  if (stats->records != sum.records || stats->cardinality != sum.cardinality)
    sum = SumAgain(transaction, sum);
  if (stats->records != sum.records) {
    problem(absl::StrCat("it has ", sum.records, " records, and its statistics say ", stats->records));
  } else if (stats->cardinality != sum.cardinality && !IsInMotion(*store, sum.row)) {
    problem(
        absl::StrCat("it holds ", sum.cardinality, " members, and its statistics say ", stats->cardinality));
  }
}

// A row with statistics and no record must be that of a value without a row.
void CompareStatistics(const Transaction& transaction, std::string_view key, std::string_view value,
                       Findings& findings) {
  findings.Count(1, key.size() + value.size());
  const absl::StatusOr<RowStats> stats = DecodeRowStats(value);
  if (key.size() != 8) return findings.Problem("a key of rows' statistics has another size");
  const Subject subject = Subject::OfStore(ReadU32(key.data()));
  const auto problem = [&](absl::string_view what) {
    findings.Problem(subject, absl::StrCat(RowText(subject, ReadU32(key.data() + 4)), ": ", what));
  };
  if (!stats.ok()) return problem("its statistics can't be read");
  // What was never shown may be on its way out: sweeping deletes the records first.
  const absl::StatusOr<StoreRecord> store = ReadStore(transaction, ReadU32(key.data()));
  if (store.ok() && store->settled == kNoVersion) return;
  absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kFragments);
  if (!cursor.ok()) return problem(cursor.status().message());
  cursor->Seek(key);
  if (!cursor->status().ok()) return;  // the walk over the fragments reports it
  const bool there = cursor->At(key);
  if (there != (stats->records > 0))
    problem(absl::StrCat("its statistics say ", stats->records, " records, and there are ",
                         there ? "some" : "none"));
}

// A version's rows, as readers see them.
class VersionRows {
 public:
  VersionRows(Environment& environment, TagId tag, Version version)
      : tag_(tag),
        source_(environment, kept_, std::make_shared<const VersionVector>(VersionVector{{tag, version}})) {}

  absl::StatusOr<Bitmap> Read(RowId row, uint32_t fragment) {
    RETURN_IF_ERROR(source_.BeginWindow(fragment, 1));
    RETURN_IF_ERROR(source_.Resolve({tag_, row}, resolved_));
    ASSIGN_OR_RETURN(DecodedRecord image, DecodeRecord(resolved_.fragments[0].image));
    for (const RecordBytes& flip : resolved_.flips) {
      ASSIGN_OR_RETURN(DecodedRecord decoded, DecodeRecord(flip));
      image.bitmap.Xor(decoded.bitmap);
    }
    source_.EndWindow();
    return std::move(image.bitmap);
  }

 private:
  const TagId tag_;
  ResolvedRows kept_{0};
  VersionRowSource source_;
  ResolvedRow resolved_;
};

}  // namespace

absl::StatusOr<uint64_t> EndOfEveryone(Environment& environment) {
  std::optional<PublishedVersion> current;
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    ASSIGN_OR_RETURN(current, CurrentVersion(transaction, kEveryoneTag));
  }
  if (!current.has_value()) return 0;
  VersionRows everyone(environment, kEveryoneTag, current->version);
  for (uint32_t fragment = current->record.fragment_count; fragment-- > 0;) {
    ASSIGN_OR_RETURN(const Bitmap members, everyone.Read(kKnownRow, fragment));
    if (!members.Empty()) return uint64_t{fragment} * kFragmentOrdinals + members.ToVector().back() + 1;
  }
  return 0;
}

absl::Status VerifyRows(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin("rows and their statistics");
  RowSums sums(findings, Subject::Kind::kStore,
               [&findings](const Transaction& transaction, const RowSum& sum) {
                 CompareRow(transaction, sum, findings);
               });
  RecordWalk walk = WalkFor(findings);
  walk.visit = [&sums](const Transaction& transaction, std::string_view key, std::string_view value) {
    sums.Visit(transaction, key, value);
  };
  absl::StatusOr<bool> walked = WalkRecords(environment, guard, DatabaseId::kFragments, walk);
  RETURN_IF_ERROR(walked.status());
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    sums.End(transaction);
  }
  walk.visit = [&findings](const Transaction& transaction, std::string_view key, std::string_view value) {
    CompareStatistics(transaction, key, value, findings);
  };
  walked = WalkRecords(environment, guard, DatabaseId::kRowStats, walk);
  RETURN_IF_ERROR(walked.status());
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
