// The checks "rows" and "edges" of verify_versions.h.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/status/status_macros.h"
#include "index/storage/keys.h"
#include "index/storage/record_walk.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/resolved_rows.h"
#include "index/versions/snapshots/version_row_source.h"
#include "index/versions/verification/verify_versions.h"

namespace muster::index {
namespace {

std::string RowText(const char* owner, uint32_t id, RowId row) {
  return absl::StrCat(owner, " ", id, ", row ", row >> 8, ".", row & 0xff);
}

// What the records of one row hold together.
struct RowSum {
  bool begun = false;
  uint32_t id = 0;  // store or edge
  RowId row = 0;
  uint64_t cardinality = 0;
  uint32_t records = 0;
};

// Sums the records of rows as a walk meets them.
class RowSums {
 public:
  // `ended`: a row's last record was seen. `kinds`: whether images or edge records are expected.
  RowSums(Findings& findings, const char* owner, bool images,
          std::function<void(const Transaction&, const RowSum&)> ended)
      : findings_(findings), owner_(owner), images_(images), ended_(std::move(ended)) {}

  void Visit(const Transaction& transaction, std::string_view key, std::string_view value) {
    findings_.Count(1, key.size() + value.size());
    if (key.size() != 12)
      return findings_.Problem(absl::StrCat("a key of the ", owner_, "s has another size"));
    const uint32_t id = ReadU32(key.data()), row = ReadU32(key.data() + 4);
    if (!sum_.begun || sum_.id != id || sum_.row != row) {
      End(transaction);
      sum_ = {true, id, row};
    }
    const absl::StatusOr<DecodedRecord> decoded = DecodeRecord(RecordBytesOf(value));
    if (!decoded.ok() || (decoded->kind == RecordKind::kImage) != images_) {
      findings_.Problem(absl::StrCat(
          RowText(owner_, id, row), ", fragment ", ReadU32(key.data() + 8), ": ",
          decoded.ok() ? "the record is of another kind" : std::string(decoded.status().message())));
      return;
    }
    sum_.cardinality += decoded->bitmap.Cardinality();
    ++sum_.records;
  }
  void End(const Transaction& transaction) {
    if (sum_.begun) ended_(transaction, sum_);
    sum_ = {};
  }

 private:
  Findings& findings_;
  const char* owner_;
  const bool images_;
  const std::function<void(const Transaction&, const RowSum&)> ended_;
  RowSum sum_;
};

RecordWalk WalkFor(Findings& findings) {
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  return walk;
}

// While a store settles, a row is at S, at T, or in between; only what has come to rest can be compared.
bool IsInMotion(const StoreRecord& store, RowId row) {
  return store.settling != kNoVersion && row == store.frontier.row;
}

// The row as one transaction sees it: a walk may have read its records in two, between which the settler
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
  if (!store.ok()) {
    if (SumAgain(transaction, sum).records > 0)  // else it was a refused load's, and was swept meanwhile
      findings.Problem(absl::StrCat("store ", sum.id, ": no record says whose it is"));
    return;
  }
  if (!stats.ok()) return findings.Problem(std::string(stats.status().message()));
  if (store->settled == kNoVersion) return;  // staged: its statistics come last
  if (stats->records != sum.records || stats->cardinality != sum.cardinality)
    sum = SumAgain(transaction, sum);
  if (stats->records != sum.records) {
    findings.Problem(absl::StrCat(RowText("store", sum.id, sum.row), ": it has ", sum.records,
                                  " records, and its statistics say ", stats->records));
  } else if (stats->cardinality != sum.cardinality && !IsInMotion(*store, sum.row)) {
    findings.Problem(absl::StrCat(RowText("store", sum.id, sum.row), ": it holds ", sum.cardinality,
                                  " members, and its statistics say ", stats->cardinality));
  }
}

// Statistics of rows without a record: of a value without a row, or wrong.
void CompareStatistics(const Transaction& transaction, std::string_view key, std::string_view value,
                       Findings& findings) {
  findings.Count(1, key.size() + value.size());
  const absl::StatusOr<RowStats> stats = DecodeRowStats(value);
  if (key.size() != 8 || !stats.ok()) return findings.Problem("statistics of a row can't be read");
  const uint32_t store = ReadU32(key.data()), row = ReadU32(key.data() + 4);
  absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kFragments);
  if (!cursor.ok()) return findings.Problem(std::string(cursor.status().message()));
  cursor->Seek(key);
  if (!cursor->status().ok()) return;  // found by the walk over the fragments
  const bool there = cursor->At(key);
  if (there != (stats->records > 0))
    findings.Problem(absl::StrCat(RowText("store", store, row), ": its statistics say ", stats->records,
                                  " records, and there are ", there ? "some" : "none"));
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

// Where an edge lies in the tree.
struct EdgePlace {
  TagId tag = 0;
  Version child = 0, parent = 0;
};

absl::StatusOr<std::map<EdgeId, EdgePlace>> PlacesOfEdges(Environment& environment, TreeGuard& guard) {
  std::map<EdgeId, EdgePlace> places;
  RecordWalk walk;
  walk.visit = [&places](const Transaction&, std::string_view key, std::string_view value) {
    if (key.size() != 8) return;
    const Version version = ReadU32(key.data() + 4);
    const absl::StatusOr<VersionRecord> record = DecodeVersion(version, value);
    if (record.ok() && record->edge != kNoEdge)
      places[record->edge] = {ReadU32(key.data()), version, record->parent};
  };
  RETURN_IF_ERROR(WalkRecords(environment, guard, DatabaseId::kVersions, walk).status());
  return places;
}

// What an edge says of one row: the records that it has, and where.
struct EdgeRow {
  EdgeId edge = kNoEdge;
  RowId row = 0;
  EdgeStats stats;
};

// The change of a row is the sum over its fragments of members at the child less those at the parent.
void CompareEdgeRow(Environment& environment, const EdgeRow& edge_row, const EdgePlace& place,
                    const std::vector<uint32_t>& fragments, Findings& findings) {
  const std::string text = RowText("edge", edge_row.edge, edge_row.row);
  if (fragments.size() != edge_row.stats.records) {
    return findings.Problem(absl::StrCat(text, ": it has ", fragments.size(),
                                         " records, and its statistics say ", edge_row.stats.records));
  }
  if (fragments.empty()) return;
  VersionRows child(environment, place.tag, place.child), parent(environment, place.tag, place.parent);
  int64_t change = 0;
  for (const uint32_t fragment : fragments) {
    const absl::StatusOr<Bitmap> after = child.Read(edge_row.row, fragment);
    const absl::StatusOr<Bitmap> before = parent.Read(edge_row.row, fragment);
    if (!after.ok() || !before.ok()) {
      const absl::Status& why = after.ok() ? before.status() : after.status();
      return findings.Problem(absl::StrCat(text, ": ", std::string(why.message())));
    }
    change += int64_t{after->Cardinality()} - int64_t{before->Cardinality()};
  }
  if (change != edge_row.stats.change)
    findings.Problem(absl::StrCat(text, ": it changes the row by ", change,
                                  " members, and its statistics say ", edge_row.stats.change));
}

// The fragments of a row in which an edge has a record.
std::vector<uint32_t> FragmentsOf(const Transaction& transaction, std::string_view edge_and_row) {
  std::vector<uint32_t> fragments;
  absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kEdges);
  if (!cursor.ok()) return fragments;
  for (cursor->Seek(edge_and_row); cursor->At(edge_and_row) && cursor->key().size() == 12; cursor->Next())
    fragments.push_back(ReadU32(cursor->key().data() + 8));
  return fragments;
}

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
  RowSums sums(findings, "store", true, [&findings](const Transaction& transaction, const RowSum& sum) {
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

absl::Status VerifyEdges(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin("edges and their statistics");
  RowSums sums(findings, "edge", false, [](const Transaction&, const RowSum&) {});
  RecordWalk walk = WalkFor(findings);
  walk.visit = [&sums](const Transaction& transaction, std::string_view key, std::string_view value) {
    sums.Visit(transaction, key, value);
  };
  absl::StatusOr<bool> walked = WalkRecords(environment, guard, DatabaseId::kEdges, walk);
  RETURN_IF_ERROR(walked.status());
  ASSIGN_OR_RETURN(const auto places, PlacesOfEdges(environment, guard));
  // Read in the walk, compared after each of its transactions: rows of versions open transactions of their
  // own.
  std::vector<std::pair<EdgeRow, std::vector<uint32_t>>> rows;
  walk.visit = [&](const Transaction& transaction, std::string_view key, std::string_view value) {
    findings.Count(1, key.size() + value.size());
    const absl::StatusOr<EdgeStats> stats = DecodeEdgeStats(value);
    if (key.size() != 8 || !stats.ok()) return findings.Problem("statistics of an edge can't be read");
    rows.push_back({{ReadU32(key.data()), ReadU32(key.data() + 4), *stats}, FragmentsOf(transaction, key)});
  };
  walk.go_on = [&](size_t) {
    for (const auto& [row, fragments] : rows) {
      const auto place = places.find(row.edge);
      if (place != places.end() && findings.Progress())
        CompareEdgeRow(environment, row, place->second, fragments, findings);
    }
    rows.clear();
    return findings.Progress();
  };
  walked = WalkRecords(environment, guard, DatabaseId::kEdgeStats, walk);
  RETURN_IF_ERROR(walked.status());
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
