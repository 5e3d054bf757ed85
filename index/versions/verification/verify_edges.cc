// The check "edges" of verify_versions.h.
//
// An edge's statistics say by how many members it changes a row. To check them, the row is needed at both
// ends of the edge. Resolving each end on its own would walk from the base to it again and again: with n
// versions, n²/2 edges. Instead each fragment of a row is taken once on a round trip over its store's tree of
// versions: from what the base holds outward, through each edge forth and back. Going forth through an edge
// that has a record changes the fragment; going back restores it. So each record is read once.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/records/version_record.h"
#include "index/versions/verification/row_sums.h"
#include "index/versions/verification/verify_versions.h"

namespace muster::index {
namespace {

// One leg of a round trip: through an edge, away from the base or back again.
struct Leg {
  EdgeId edge = kNoEdge;
  bool outward = true;
  bool to_child = true;  // of the outward leg
};

// The versions of one store and the edges between them. A plain value.
class StoreTree {
 public:
  static absl::StatusOr<StoreTree> Read(const Transaction& transaction, StoreId store, TagId tag) {
    StoreTree tree;
    ASSIGN_OR_RETURN(const std::vector<PublishedVersion> versions, VersionsOf(transaction, tag));
    for (const auto& [version, record] : versions) {
      if (record.store != store) continue;
      std::vector<Link>& links = tree.links_[version];
      if (record.parent == kNoVersion) continue;
      links.push_back({record.parent, record.edge, false});
      tree.links_[record.parent].push_back({version, record.edge, true});
    }
    return tree;
  }

  // The legs through every edge, forth and back, from `base` on; empty edges are crossed without a leg.
  // Versions that no parent connects with `base` are left out: the check of the versions reports them.
  std::vector<Leg> RoundTripFrom(Version base) const {
    struct Stop {
      Version version = kNoVersion, from = kNoVersion;
      Leg arrival;
      size_t next = 0;  // of its links
    };
    std::vector<Leg> trip;
    std::vector<Stop> way = {{base, kNoVersion, {}, 0}};
    while (!way.empty()) {
      Stop& here = way.back();
      const auto links = links_.find(here.version);
      if (links == links_.end() || here.next == links->second.size()) {
        if (here.arrival.edge != kNoEdge) trip.push_back({here.arrival.edge, false, here.arrival.to_child});
        way.pop_back();
        continue;
      }
      const Link& link = links->second[here.next++];
      if (link.to == here.from) continue;
      const Leg leg{link.edge, true, link.to_child};
      if (leg.edge != kNoEdge) trip.push_back(leg);
      const Version from = here.version;
      way.push_back({link.to, from, leg, 0});  // this invalidates `here`
    }
    return trip;
  }

  bool Has(Version version) const { return links_.contains(version); }

 private:
  struct Link {
    Version to = kNoVersion;
    EdgeId edge = kNoEdge;
    bool to_child = true;
  };
  std::map<Version, std::vector<Link>> links_;
};

// A row that some edges of a store change, as their statistics say.
struct ChangedRow {
  RowId row = 0;
  std::map<EdgeId, EdgeStats> stats;
};

// The rows that a store's edges change, in ascending order: a merge of the edges' statistics, each of which
// is sorted by row. Not thread-safe.
class ChangedRows {
 public:
  explicit ChangedRows(const std::vector<EdgeId>& edges) {
    for (const EdgeId edge : edges) unread_.push_back({edge, 0});
  }

  // Empty when there is none left.
  absl::StatusOr<std::optional<ChangedRow>> Next(Environment& environment) {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdgeStats));
    for (const auto& [edge, row] : std::exchange(unread_, {})) {
      cursor.Seek(MakeKey(edge, row));
      RETURN_IF_ERROR(cursor.status());
      if (!cursor.At(MakeKey(edge))) continue;
      const absl::StatusOr<EdgeStats> stats = DecodeEdgeStats(cursor.value());
      if (cursor.key().size() != 8 || !stats.ok()) continue;  // CheckStatistics reports it
      rows_[ReadU32(cursor.key().data() + 4)][edge] = *stats;
    }
    if (rows_.empty()) return std::nullopt;
    auto first = rows_.extract(rows_.begin());
    for (const auto& [edge, stats] : first.mapped()) {
      if (first.key() != kLastRow) unread_.push_back({edge, first.key() + 1});
    }
    return ChangedRow{first.key(), std::move(first.mapped())};
  }

 private:
  static constexpr RowId kLastRow = 0xffffffff;

  std::vector<std::pair<EdgeId, RowId>> unread_;       // where to go on reading
  std::map<RowId, std::map<EdgeId, EdgeStats>> rows_;  // of each edge that isn't unread the next row
};

// A fragment of a row on its round trip.
class TravellingFragment {
 public:
  explicit TravellingFragment(Bitmap base) : content_(std::move(base)) {}

  // Returns by how many members the leg changes it. `record`: of the leg's edge.
  absl::StatusOr<int64_t> Take(const Leg& leg, const DecodedRecord& record) {
    const int64_t before = content_.Cardinality();
    if (record.kind == RecordKind::kXor) {
      content_.Xor(record.bitmap);
    } else if (record.kind != (leg.to_child ? RecordKind::kAfter : RecordKind::kBefore)) {
      return Corrupt("edge (a whole image of its nearer end)");
    } else if (leg.outward) {
      left_behind_.push_back(std::exchange(content_, record.bitmap));
    } else {
      content_ = std::move(left_behind_.back());
      left_behind_.pop_back();
    }
    return int64_t{content_.Cardinality()} - before;
  }

 private:
  Bitmap content_;
  std::vector<Bitmap> left_behind_;  // the sets that whole images replaced, for the way back
};

// Checks the edges of one store. Each fragment is read in one transaction, since the settler may move the
// base and turn whole images round between two. Not thread-safe.
class StoreEdges {
 public:
  StoreEdges(Environment& environment, StoreId store, TagId tag, Findings& findings)
      : environment_(environment), store_(store), tag_(tag), findings_(findings) {}

  absl::Status Check(const std::vector<EdgeId>& edges) {
    ChangedRows rows(edges);
    while (findings_.Progress()) {
      ASSIGN_OR_RETURN(const std::optional<ChangedRow> row, rows.Next(environment_));
      if (!row.has_value()) break;
      const absl::Status checked = CheckRow(*row);
      if (absl::IsDataLoss(checked)) {
        const Subject store = Subject::OfStore(store_);
        findings_.Problem(store,
                          absl::StrCat(RowText(store, row->row), ": ", std::string(checked.message())));
      } else {
        RETURN_IF_ERROR(checked);
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckRow(const ChangedRow& row) {
    std::map<uint32_t, std::vector<EdgeId>> fragments;
    RETURN_IF_ERROR(FindFragments(row, fragments));
    std::map<EdgeId, int64_t> changes;
    for (const auto& [fragment, edges] : fragments) {
      ASSIGN_OR_RETURN(const bool is_readable, AddChanges({row.row, fragment}, edges, changes));
      if (!is_readable || !findings_.Progress()) return absl::OkStatus();
    }
    for (const auto& [edge, change] : changes) {
      const int64_t said = row.stats.at(edge).change;
      if (change != said) {
        Problem(edge, row.row,
                absl::StrCat("it changes the row by ", change, " members, and its statistics say ", said));
      }
    }
    return absl::OkStatus();
  }

  // Which edges have a record in which fragment of the row.
  absl::Status FindFragments(const ChangedRow& row, std::map<uint32_t, std::vector<EdgeId>>& fragments) {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdges));
    for (const auto& [edge, stats] : row.stats) {
      const Key<8> records = MakeKey(edge, row.row);
      uint32_t count = 0;
      for (cursor.Seek(records); cursor.At(records); cursor.Next()) {
        if (cursor.key().size() != 12) continue;  // the walk over the records reports it
        fragments[ReadU32(cursor.key().data() + 8)].push_back(edge);
        ++count;
      }
      RETURN_IF_ERROR(cursor.status());
      if (count != stats.records) {
        Problem(edge, row.row,
                absl::StrCat("it has ", count, " records, and its statistics say ", stats.records));
      }
    }
    return absl::OkStatus();
  }

  // Adds to `changes` what each of `edges` changes in the fragment at `key`. False: a record can't be
  // decoded, which the checks of the records report.
  absl::StatusOr<bool> AddChanges(Frontier key, const std::vector<EdgeId>& edges,
                                  std::map<EdgeId, int64_t>& changes) {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
    ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(transaction, store_));
    const bool holds_next = store.settling != kNoVersion && key < store.frontier;
    RETURN_IF_ERROR(TravelFrom(transaction, holds_next ? store.settling : store.settled));
    absl::StatusOr<DecodedRecord> base =
        ReadRecord(transaction, DatabaseId::kFragments, MakeKey(store_, key.row, key.fragment));
    if (!base.ok()) return false;
    std::map<EdgeId, DecodedRecord> records;
    for (const EdgeId edge : edges) {
      absl::StatusOr<DecodedRecord> record =
          ReadRecord(transaction, DatabaseId::kEdges, MakeKey(edge, key.row, key.fragment));
      if (!record.ok()) return false;
      records.emplace(edge, *std::move(record));
    }
    TravellingFragment content(std::move(base->bitmap));
    for (const Leg& leg : trip_) {
      const auto record = records.find(leg.edge);
      if (record == records.end()) continue;
      ASSIGN_OR_RETURN(const int64_t change, content.Take(leg, record->second));
      if (leg.outward) changes[leg.edge] += leg.to_child ? change : -change;
    }
    return true;
  }

  static absl::StatusOr<DecodedRecord> ReadRecord(const Transaction& transaction, DatabaseId database,
                                                  const Key<12>& key) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> stored, transaction.Get(database, key));
    return DecodeRecord(RecordBytesOf(stored.value_or(std::string_view())));
  }

  // Makes trip_ the round trip from `base`.
  absl::Status TravelFrom(const Transaction& transaction, Version base) {
    if (base_ == base) return absl::OkStatus();
    if (!tree_.Has(base)) {
      ASSIGN_OR_RETURN(tree_, StoreTree::Read(transaction, store_, tag_));
    }
    trip_ = tree_.RoundTripFrom(base);
    base_ = base;
    return absl::OkStatus();
  }

  void Problem(EdgeId edge, RowId row, const std::string& why) {
    const Subject subject = Subject::OfEdge(edge);
    findings_.Problem(subject, absl::StrCat(RowText(subject, row), ": ", why));
  }

  Environment& environment_;
  const StoreId store_;
  const TagId tag_;
  Findings& findings_;
  StoreTree tree_;
  Version base_ = kNoVersion;  // where trip_ begins
  std::vector<Leg> trip_;
};

// A store that has edges.
struct EdgedStore {
  TagId tag = 0;
  std::vector<EdgeId> edges;
};

absl::StatusOr<std::map<StoreId, EdgedStore>> FindEdgedStores(Environment& environment, TreeGuard& guard) {
  std::map<StoreId, EdgedStore> stores;
  RecordWalk walk;
  walk.visit = [&stores](const Transaction&, std::string_view key, std::string_view value) {
    if (key.size() != 8) return;
    const absl::StatusOr<VersionRecord> record = DecodeVersion(ReadU32(key.data() + 4), value);
    if (!record.ok() || record->edge == kNoEdge) return;
    EdgedStore& store = stores[record->store];
    store.tag = ReadU32(key.data());
    store.edges.push_back(record->edge);
  };
  RETURN_IF_ERROR(WalkRecords(environment, guard, DatabaseId::kVersions, walk).status());
  return stores;
}

absl::Status CheckStatistics(Environment& environment, TreeGuard& guard, Findings& findings) {
  RecordWalk walk = WalkFor(findings);
  walk.visit = [&findings](const Transaction&, std::string_view key, std::string_view value) {
    findings.Count(1, key.size() + value.size());
    if (key.size() != 8) return findings.Problem("a key of edges' statistics has another size");
    if (DecodeEdgeStats(value).ok()) return;
    const Subject edge = Subject::OfEdge(ReadU32(key.data()));
    findings.Problem(edge,
                     absl::StrCat(RowText(edge, ReadU32(key.data() + 4)), ": its statistics can't be read"));
  };
  return WalkRecords(environment, guard, DatabaseId::kEdgeStats, walk).status();
}

}  // namespace

absl::Status VerifyEdges(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin("edges and their statistics");
  RowSums sums(findings, Subject::Kind::kEdge, nullptr);
  RecordWalk walk = WalkFor(findings);
  walk.visit = [&sums](const Transaction& transaction, std::string_view key, std::string_view value) {
    sums.Visit(transaction, key, value);
  };
  RETURN_IF_ERROR(WalkRecords(environment, guard, DatabaseId::kEdges, walk).status());
  RETURN_IF_ERROR(CheckStatistics(environment, guard, findings));
  ASSIGN_OR_RETURN(const auto stores, FindEdgedStores(environment, guard));
  for (const auto& [store, edged] : stores) {
    if (findings.stopped()) break;
    const absl::Status checked = StoreEdges(environment, store, edged.tag, findings).Check(edged.edges);
    if (absl::IsDataLoss(checked)) {
      findings.Problem(Subject::OfStore(store),
                       absl::StrCat("store ", store, ": ", std::string(checked.message())));
    } else {
      RETURN_IF_ERROR(checked);
    }
  }
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
