// A load's spec, its batches and its result: plain values between the feeding code and the
// index.
#ifndef MUSTER_INDEX_LOADING_PLAN_LOAD_SPEC_H_
#define MUSTER_INDEX_LOADING_PLAN_LOAD_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/bitmap/little_endian.h"
#include "index/catalog/tag.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// The numbers are those of muster.v1.LoadMode.
enum class LoadMode : uint8_t { kMerge = 1, kReplace = 2, kRemove = 3 };

// When records of one member give different values. The numbers are those of muster.v1.OnConflict.
enum class OnConflict : uint8_t { kReject = 1, kFirst = 2, kLast = 3, kMax = 4, kMin = 5 };

// How a load reads the cells of one tag.
struct LoadTagSpec {
  std::string name;
  std::optional<TagKind> kind;  // empty: the catalogue's kind, scale and weights
  int scale = 0;
  std::string separator;         // MULTI; empty: a cell is one value
  std::string weight_separator;  // MULTI with weights; empty: none
  int weight_scale = 0;
  bool replace_on_merge = false;  // MULTI
  OnConflict on_conflict = OnConflict::kReject;
  std::string clear;                 // under MERGE; empty: none
  std::string format;                // DATE, TIMESTAMP; see proto LoadTag.format
  std::vector<std::string> missing;  // beside those of the load
  char decimal_point = '.';          // NUMBER and weights: '.' or ','
  std::string description, owner, source;
};

struct LoadSpec {
  std::string population;
  std::string time_zone;           // of a new population; empty: UTC
  bool create_population = false;  // even if another population has a similar name
  LoadMode mode = LoadMode::kMerge;
  std::string label;                            // empty: one is made
  std::optional<absl::CivilDay> business_date;  // empty: today in the population's zone
  std::vector<LoadTagSpec> tags;
  std::vector<std::string> missing;
  bool is_long = false;  // a record has a tag and its cell, else a cell of every tag
  bool trim = true;
  double max_rejected = 0.01;
  std::string input_sha256;  // raw, empty: unknown
  // Each allows what is otherwise refused, or not done (docs/semantics.md, rules 15 and 21).
  bool make_current = false;  // tags whose current version is of a later date
  bool allow_future = false;  // a date later than tomorrow
  bool allow_empty = false;   // no accepted record
  bool update_only = false;   // records of members that the population doesn't have are dropped
  // Neither is part of what the label stands for.
  bool dry_run = false;        // everything is done as for a load, and nothing is published
  bool keep_rejected = false;  // all rejected records can be read for a while (KeptRejections)

  // Whether a record of an unknown member makes that member.
  bool makes_members() const { return mode != LoadMode::kRemove && !update_only; }
  // Whether the load changes the version of its date, and keeps what it doesn't name.
  bool builds_on_parent() const { return mode != LoadMode::kReplace; }
};

// The most texts of a coded column: as many as its codes can name.
inline constexpr size_t kCodedTextsMax = 65'536;

// The cells of a column. Text i ends at ends[i], where the next one begins. Plain: text i is the cell of record
// i. Coded: `codes` holds two bytes for each record, little-endian, the number of its text. Borrowed.
struct CellsView {
  std::string_view text;
  absl::Span<const uint32_t> ends;
  std::string_view codes = {};

  bool coded() const { return !codes.empty(); }
  size_t records() const { return coded() ? codes.size() / sizeof(uint16_t) : ends.size(); }
  // REQUIRES: i < ends.size(), and the ends ascend within the text.
  std::string_view TextAt(size_t i) const {
    const uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return text.substr(begin, ends[i] - begin);
  }
  // REQUIRES: coded, and record < records().
  size_t CodeOf(size_t record) const {
    return LoadLittle<uint16_t>(reinterpret_cast<const uint8_t*>(codes.data()) + record * sizeof(uint16_t));
  }
  // The first record whose code names no text.
  std::optional<size_t> FirstWithoutText() const {
    for (size_t record = 0; coded() && record < records(); ++record) {
      if (CodeOf(record) >= ends.size()) return record;
    }
    return std::nullopt;
  }
};

// The numbers are those of muster.v1.RejectionReason.
enum class Rejection : uint8_t {
  kRagged = 1,
  kBadMemberId = 2,
  kBadCell = 3,
  kBadText = 4,
  kContradiction = 5,
  kUnreadable = 6,
  kUnknownTag = 7,
};

struct RejectedRecord {
  uint64_t line = 0;  // counted through all files of the input
  Rejection reason = Rejection::kRagged;
  std::string message;
  std::string file = {};  // of the input; empty: unknown
  uint64_t line_in_file = 0;
};

// A file of an input whose lines are counted from file to file.
struct InputFile {
  std::string name;
  uint64_t lines_before = 0;  // its first line is the next one
};

struct RecordBatchView {
  CellsView member_ids;
  std::vector<CellsView> cells;          // one for each LoadSpec.tags; of a long load one
  std::string_view tag_numbers;          // of a long load: two bytes for each record, little-endian
  absl::Span<const uint64_t> lines;      // empty: records are numbered from 1
  std::vector<RejectedRecord> rejected;  // by the client
  std::vector<InputFile> files = {};     // that begin with this batch, or before its first line

  // REQUIRES: a long load, and record < member_ids.records().
  size_t TagOf(size_t record) const {
    return LoadLittle<uint16_t>(reinterpret_cast<const uint8_t*>(tag_numbers.data()) +
                                record * sizeof(uint16_t));
  }
};

// Bytes of memory for a commit: it needs the least, and more than the most are of no use to it.
struct CommitBytes {
  uint64_t least = 0, most = 0;
};

// A cell is a member and a tag of the load. Compared with the versions on which the load builds, or which it
// replaces, AS OF its date.
struct CellCounts {
  uint64_t changed = 0;    // the value is another one
  uint64_t unchanged = 0;  // the load gave or removed a value, and the member's value stayed as it was
  // Cells that weren't empty, of records that were rejected or whose member is unknown.
  uint64_t dropped = 0;
};

struct LoadedTag {
  std::string name;
  Version version = 0;
  uint64_t member_count = 0;
};

struct LoadResult {
  std::string label;
  bool published = false;  // false: a dry run, or no accepted record (MERGE with allow_empty)
  bool dry_run = false;    // it is what the load would have done
  bool already_published = false;
  uint64_t records = 0;
  uint64_t rejected_records = 0;
  std::vector<std::pair<Rejection, uint64_t>> rejections;
  std::vector<RejectedRecord> first_rejected;  // at most ten, by line
  uint64_t new_members = 0;
  uint64_t member_count = 0;
  absl::CivilDay business_date;
  bool is_late = false;  // everyone already had a version of a later date
  std::vector<LoadedTag> tags;
  std::vector<std::string> warnings;
  std::optional<CellCounts> cells;  // empty: of a load from before they were counted
  // Records of members that the population doesn't have, which LoadSpec::makes_members left out.
  uint64_t unknown_records = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_PLAN_LOAD_SPEC_H_
