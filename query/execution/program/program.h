// The planner's output and the scan's input: a small program over the chunks of rows.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_PROGRAM_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_PROGRAM_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/program/number_set.h"
#include "query/tree/set_kinds.h"
#include "query/tree/set_ref.h"

namespace muster::query {

// Nodes are identified by their index in the program; operands precede the nodes that use them.
using NodeIndex = uint32_t;
inline constexpr NodeIndex kNoNode = 0xffffffff;  // not a node of any program

enum class NodeKind : uint8_t {
  kEveryone,  // every member
  kNobody,    // no member
  kRow,       // one row
  kAnyRow,    // members in any of the rows
  kRange,     // members with a number in [low, high], by slices
  kNumberIn,  // members with a number of a list, by slices
  kSum,       // members with a sum of numbers in bounds, by slices
  kBucket,    // members with a bucket in [low, high], by slices where it is stored, else by their ids
  kAnd,       // members in all operands
  kOr,        // members in any operand
  kAtLeast,   // members in at least `count` operands; equal operands count each
};

// A use of a node: the node itself, or its complement.
struct Operand {
  NodeIndex node = 0;
  bool negated = false;
  friend bool operator==(const Operand&, const Operand&) = default;
};

// A row's index in Program::rows().
using RowIndex = uint32_t;

// The positions of the rows of a kRange, kNumberIn or stored kBucket node in ProgramNode::rows.
inline constexpr size_t kKnownRowPlace = 0;
inline constexpr size_t kSignRowPlace = 1;
inline constexpr size_t kFirstSliceRow = 2;

// A sum. ProgramNode::rows holds the rows of its numbers one after the other, each in the layout of a kRange.
struct ProgramSum {
  struct Term {
    uint32_t first_row = 0;
    uint32_t bits = 0;  // of the magnitude: the number of slices after the sign row
    absl::int128 factor = 1;
    friend bool operator==(const Term&, const Term&) = default;
    template <typename H>
    friend H AbslHashValue(H state, const Term& term) {
      return H::combine(std::move(state), term.first_row, term.bits, term.factor);
    }
  };
  std::vector<Term> terms;
  std::vector<SumStep> steps;  // the factors as signed powers of two
  absl::int128 low = 0;
  absl::int128 high = 0;

  friend bool operator==(const ProgramSum& a, const ProgramSum& b) {
    return a.terms == b.terms && a.low == b.low && a.high == b.high;
  }
  template <typename H>
  friend H AbslHashValue(H state, const ProgramSum& sum) {
    return H::combine(std::move(state), sum.terms, sum.low, sum.high);
  }
};

// One node: a leaf of query/tree/set_kinds.h, its rows as indexes, or a junction. One flat struct for all
// kinds, because a chunk's evaluation reads a node's rows wherever they come from: a wide OR takes the rows
// of several sources and views, and numbers are a stretch of rows like any other. Within the program no set
// is cut to everyone; the scan does that once, at the root.
struct ProgramNode {
  NodeKind kind = NodeKind::kNobody;
  // kRow: one. kAnyRow: any number. kSum: see ProgramSum. kRange, kNumberIn: the row of members with a
  // number, the sign row, then the magnitude's slices from bit 0; slices above the last are empty. kBucket:
  // as kRange, or none.
  std::vector<RowIndex> rows;
  int64_t low = 0;  // kRange: −(2^63 − 1) ≤ low ≤ high; kBucket: 0 ≤ low ≤ high < kBuckets
  int64_t high = 0;
  NumberSet numbers;              // kNumberIn: of as many bits as there are slices
  ProgramSum sum;                 // kSum
  std::string salt;               // kBucket
  uint32_t count = 0;             // kAtLeast: 0 < count ≤ operands
  std::vector<Operand> operands;  // kAnd, kOr, kAtLeast: at least one
  friend bool operator==(const ProgramNode&, const ProgramNode&) = default;
};

// Immutable once built; thread-safe, and any number of scans may run it at once.
class Program {
 public:
  // Row 0 is the row of everyone in view 0.
  static constexpr RowIndex kEveryoneRow = 0;

  absl::Span<const SetRef> rows() const { return rows_; }
  // The views of the rows, ascending; view 0 is always included.
  absl::Span<const ViewIndex> views() const { return views_; }
  absl::Span<const ProgramNode> nodes() const { return nodes_; }
  const ProgramNode& node(NodeIndex index) const { return nodes_[index]; }
  // The sets that the program computes, each restricted to everyone: at least one.
  absl::Span<const Operand> roots() const { return roots_; }
  // The row of a kRow node; kNoRow for all other nodes.
  static constexpr RowIndex kNoRow = 0xffffffff;
  RowIndex leaf_row(NodeIndex node) const { return leaf_rows_[node]; }
  // The node of everyone's row: the last one, not used by other nodes.
  NodeIndex everyone() const { return static_cast<NodeIndex>(nodes_.size() - 1); }
  // The conjunction that the scan evaluates for a root: everyone and the operands of the root if it is an
  // AND, otherwise everyone and the root itself.
  absl::Span<const Operand> conjunction_of(size_t root) const { return conjunctions_[root]; }
  // Whether several nodes or roots use this inner node; then it is evaluated once per chunk.
  bool is_shared(NodeIndex node) const { return !shared_.empty() && shared_[node]; }
  bool has_shared_nodes() const { return !shared_.empty(); }

 private:
  friend class ProgramBuilder;
  std::vector<SetRef> rows_;
  std::vector<ViewIndex> views_;
  std::vector<ProgramNode> nodes_;
  std::vector<Operand> roots_;
  std::vector<std::vector<Operand>> conjunctions_;  // by root
  std::vector<RowIndex> leaf_rows_;                 // by node
  std::vector<bool> shared_;                        // by node; empty if no node is shared
};

// Builds a program, leaves first. Single use, not thread-safe. Equal rows get one row index, and equal nodes
// are merged.
class ProgramBuilder {
 public:
  ProgramBuilder();
  NodeIndex Everyone();
  NodeIndex Nobody();
  NodeIndex Row(const SetRef& row);
  NodeIndex AnyRow(absl::Span<const SetRef> rows);
  // The number's slices, magnitude bits [0, magnitude_bits). REQUIRES: low ≤ high, both ≥ −(2^63 − 1),
  // magnitude_bits ≤ index::kMagnitudeBits.
  NodeIndex Range(const NumberRef& number, int magnitude_bits, int64_t low, int64_t high);
  // The same for a list. REQUIRES: as Range and NumberSet do.
  NodeIndex NumberIn(const NumberRef& number, int magnitude_bits, std::vector<NumberInterval> intervals);
  // REQUIRES: 1 to kMaxSumTerms terms; no sum of numbers with these magnitude bits is beyond ± kMaxSum.
  NodeIndex Sum(const SumRange& sum);
  // REQUIRES: low ≤ high < kBuckets.
  NodeIndex Bucket(const query::Bucket& bucket);
  // REQUIRES (And, Or, AtLeast): at least one operand, each a node of this builder; 0 < count ≤ operands.
  NodeIndex And(std::vector<Operand> operands);
  NodeIndex Or(std::vector<Operand> operands);
  NodeIndex AtLeast(uint32_t count, std::vector<Operand> operands);
  // The number of nodes so far.
  size_t size() const { return program_.nodes_.size(); }
  const ProgramNode& node(NodeIndex index) const { return program_.nodes_[index]; }
  Program Build(Operand root) &&;
  // Finishes one program for many questions. REQUIRES: at least one root.
  Program Build(std::vector<Operand> roots) &&;

 private:
  RowIndex IndexOf(const SetRef& row);
  std::vector<RowIndex> NumberRows(const NumberRef& number, int magnitude_bits);
  NodeIndex Append(ProgramNode node);
  void FindShared();
  void FindViews();

  Program program_;
  std::map<SetRef, RowIndex> row_indexes_;
  std::unordered_multimap<size_t, NodeIndex> nodes_by_hash_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_PROGRAM_H_
