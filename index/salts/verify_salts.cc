#include "index/salts/verify_salts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/catalog/users.h"
#include "index/dictionary/stored_ids.h"
#include "index/salts/bucket_rows.h"
#include "index/salts/salt_record.h"
#include "index/status/status_macros.h"
#include "index/storage/record_walk.h"
#include "index/versions/publishing/lone_store.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

// Explains what is wrong with the salt's record; empty if nothing is.
std::string WhyWrong(const Transaction& transaction, const Salt& salt) {
  const absl::StatusOr<std::vector<std::string>> users =
      UsersOf(transaction, DatabaseId::kSaltUsers, salt.salt, 1);
  const absl::StatusOr<std::optional<VersionRecord>> version =
      FindVersion(transaction, salt.source, kLoneVersion);
  const absl::StatusOr<StoreRecord> store = ReadStore(transaction, salt.store);
  const absl::StatusOr<RowStats> stats = ReadRowStats(transaction, salt.store, kKnownRow);
  const absl::StatusOr<StoredIds> needed = ReadNeededIds(transaction);
  for (const absl::Status& read :
       {users.status(), version.status(), store.status(), stats.status(), needed.status()}) {
    if (!read.ok()) return MessageOf(read);
  }
  if (users->empty()) return "no segment names it";
  if (!version->has_value() || (*version)->store != salt.store || store->tag != salt.source ||
      store->settled != kLoneVersion)
    return Sentence("store ", salt.store, " is not its own");
  if (stats->cardinality != salt.covered)
    return Sentence("its store holds the buckets of ", stats->cardinality, " ids, and its record says ",
                    salt.covered);
  if (salt.covered > needed->end)
    return Sentence("its record says ", salt.covered, " ids, and only ", needed->end, " were published");
  return "";
}

// The slices of a salt in one fragment, as one transaction shows them.
struct StoredSlices {
  Ordinal end = 0;  // of the ordinals in the fragment that the salt covers; 0: none, or the salt is gone
  std::vector<Bitmap> rows;
};

absl::StatusOr<StoredSlices> ReadSlices(Environment& index, const Salt& salt, uint32_t fragment) {
  StoredSlices stored;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, index.BeginRead());
  ASSIGN_OR_RETURN(const std::optional<Salt> now, FindSalt(transaction, salt.salt));
  if (!now.has_value() || now->source != salt.source || now->covered <= FirstOrdinalOf(fragment))
    return stored;
  for (size_t row = 0; row < kBucketRows; ++row) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> record,
                     transaction.Get(DatabaseId::kFragments, MakeKey(salt.store, BucketRow(row), fragment)));
    ASSIGN_OR_RETURN(DecodedRecord decoded, DecodeRecord(RecordBytesOf(record.value_or(""))));
    stored.rows.push_back(std::move(decoded.bitmap));
  }
  stored.end = std::min(now->covered, FirstOrdinalOf(fragment + 1));
  return stored;
}

// Compares a salt's slices with the buckets of the ids. Damaged records and ids are reported by the checks of
// rows and of member ids.
absl::Status CompareWithIds(Environment& index, const MemberIds& ids, const Salt& salt, Findings& findings) {
  for (uint32_t fragment = 0; FirstOrdinalOf(fragment) < salt.covered && !findings.stopped(); ++fragment) {
    absl::StatusOr<StoredSlices> stored = ReadSlices(index, salt, fragment);
    if (absl::IsDataLoss(stored.status())) continue;
    RETURN_IF_ERROR(stored.status());
    if (stored->end == 0) break;
    const absl::StatusOr<std::vector<BucketRows>> buckets =
        ReadBuckets(ids, {salt.salt}, fragment, stored->end, [&findings] { return findings.Progress(); });
    if (absl::IsDataLoss(buckets.status())) continue;
    if (absl::IsCancelled(buckets.status())) break;
    RETURN_IF_ERROR(buckets.status());
    for (size_t row = 0; row < kBucketRows; ++row) {
      if (stored->rows[row] == buckets->front().RowAt(row)) continue;
      findings.Problem(
          Subject::OfSalt(salt.salt),
          Sentence(row == 0 ? std::string("the row of ids with a bucket") : Sentence("slice ", row - 1),
                   " is wrong in fragment ", fragment, " of store ", salt.store));
    }
    findings.Count(stored->end - FirstOrdinalOf(fragment), 0);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifySalts(Environment& index, TreeGuard& guard, const MemberIds* ids, Findings& findings) {
  findings.Begin("stored buckets");
  std::vector<Salt> salts;
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  walk.visit = [&](const Transaction& transaction, std::string_view key, std::string_view value) {
    findings.Count(1, key.size() + value.size());
    absl::StatusOr<Salt> salt = DecodeSalt(key, value);
    if (!salt.ok()) return findings.Problem(Subject::OfSalt(key), MessageOf(salt.status()));
    const std::string why = WhyWrong(transaction, *salt);
    if (!why.empty()) findings.Problem(Subject::OfSalt(key), why);
    salts.push_back(*std::move(salt));
  };
  RETURN_IF_ERROR(WalkRecords(index, guard, DatabaseId::kSalts, walk).status());
  for (const Salt& salt : salts) {
    if (ids != nullptr) RETURN_IF_ERROR(CompareWithIds(index, *ids, salt, findings));
  }
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
