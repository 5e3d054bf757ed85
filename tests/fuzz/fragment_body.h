// Checks that must hold for fragment bytes: no payload makes a reader or a kernel leave its bounds, all
// kernels agree on any payload, and on a valid payload the evaluator reads the same set as CRoaring.
#ifndef MUSTER_TESTS_FUZZ_FRAGMENT_BODY_H_
#define MUSTER_TESTS_FUZZ_FRAGMENT_BODY_H_

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/portable.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/program/program.h"
#include "query/execution/scan.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"

namespace muster::fuzz {

inline constexpr index::TagId kFuzzedTag = 1;
inline constexpr index::TagId kHonestTag = 2;
inline constexpr index::TagId kFlippedTag = 3;  // an honest image, the fuzzed bytes as flips
inline constexpr index::TagId kNumberTag = 4;   // the fuzzed bytes as sign and slices

inline index::RowRef FuzzRow(index::TagId tag) { return {tag, index::kKnownRow}; }

// The input's first byte says how many KiB the payload is grown to by repeating itself (bitsets are longer
// than what a fuzzer likes to try), the rest is a record's payload.
inline std::string RecordOf(std::string_view input) {
  std::string record(index::kRecordHeaderBytes, '\0');
  record[0] = static_cast<char>(index::kRecordFormat);
  if (input.size() < 2) return record;
  const size_t grown = static_cast<size_t>(input[0] & 0x3f) << 10;
  input.remove_prefix(1);
  record += input;
  while (record.size() < grown) record += input.substr(0, grown - record.size());
  return record;
}

// The payload as the store would write the same set, or nothing when it isn't a valid set of one fragment.
inline std::optional<std::vector<uint32_t>> ValidValues(const std::string& record) {
  const std::string payload = record.substr(index::kRecordHeaderBytes);
  absl::StatusOr<std::vector<uint32_t>> values =
      index::DecodePortable(absl::MakeSpan(reinterpret_cast<const uint8_t*>(payload.data()), payload.size()));
  if (!values.ok() || (!values->empty() && values->back() >= index::kFragmentOrdinals)) return std::nullopt;
  return *std::move(values);
}

inline oracle::MemoryRows RowsAround(const std::string& record) {
  static const std::string& honest = *new std::string([] {
    std::vector<uint32_t> locals;
    for (uint32_t local = 0; local < 60'000; local += 3) locals.push_back(local);          // bitset
    for (uint32_t local = 65'536; local < 131'072; local += 500) locals.push_back(local);  // array
    for (uint32_t local = 140'000; local < 180'000; ++local) locals.push_back(local);      // runs
    return index::EncodeRecord(index::RecordKind::kImage, index::Bitmap::FromSorted(locals));
  }());
  oracle::MemoryRows rows(1);
  rows.Put({index::kEveryoneTag, index::kKnownRow}, 0, index::Bitmap::Full());
  rows.Put(FuzzRow(kFuzzedTag), 0, {record, {}}, 1);
  rows.Put(FuzzRow(kHonestTag), 0, {honest, {}}, 1);
  rows.Put(FuzzRow(kFlippedTag), 0, {honest, {record, record, record}}, 1);
  rows.Put(FuzzRow(kNumberTag), 0, {honest, {}}, 1);
  for (index::Slot slot = index::kSignSlot; slot < index::kFirstMagnitudeSlot + 3; ++slot) {
    rows.Put({kNumberTag, index::MakeRow(index::kOwnValue, slot)}, 0, {slot % 2 == 1 ? record : honest, {}},
             1);
  }
  return rows;
}

struct FuzzProgram {
  query::Program program;
  bool list;  // its members are asked for too: those that aren't most of the fragment
};

// Programs that bring the fuzzed row to every kernel in every place.
inline std::vector<FuzzProgram> FuzzPrograms() {
  std::vector<FuzzProgram> programs;
  enum Shape {
    kAlone,
    kNegated,
    kAnd,
    kAndNot,
    kNotAnd,
    kOr,
    kOrNot,
    kAtLeast,
    kAtLeastNot,
    kAny,
    kRange,
    kNested,
    kShapes
  };
  for (int shape = 0; shape < kShapes; ++shape) {
    for (const index::TagId tag : {kFuzzedTag, kFlippedTag}) {
      query::ProgramBuilder builder;
      const query::Operand fuzzed{builder.Row(FuzzRow(tag)), false};
      const query::Operand not_fuzzed{fuzzed.node, true};
      const query::Operand honest{builder.Row(FuzzRow(kHonestTag)), false};
      const query::Operand not_honest{honest.node, true};
      const std::vector<query::SetRef> all = {FuzzRow(tag), FuzzRow(kHonestTag), FuzzRow(kFuzzedTag)};
      query::Operand root = fuzzed;
      if (shape == kNegated) root = not_fuzzed;
      if (shape == kAnd) root.node = builder.And({fuzzed, honest});
      if (shape == kAndNot) root.node = builder.And({fuzzed, not_honest});
      if (shape == kNotAnd) root.node = builder.And({not_fuzzed, honest});
      if (shape == kOr) root.node = builder.Or({fuzzed, honest});
      if (shape == kOrNot) root.node = builder.Or({not_fuzzed, honest});
      if (shape == kAtLeast) root.node = builder.AtLeast(2, {fuzzed, honest, fuzzed});
      if (shape == kAtLeastNot) root.node = builder.AtLeast(2, {not_fuzzed, honest, fuzzed, not_honest});
      if (shape == kAny) root.node = builder.AnyRow(all);
      if (shape == kRange) root.node = builder.Range({kNumberTag}, 3, -2, 5);
      if (shape == kNested) {
        const query::NodeIndex either = builder.Or({fuzzed, not_honest});
        const query::NodeIndex both = builder.And({fuzzed, honest});
        root.node = builder.And({{either, true}, {both, true}, {builder.AnyRow(all), false}});
      }
      const bool list = shape == kAlone || shape == kAnd || shape == kAndNot || shape == kRange;
      programs.push_back({std::move(builder).Build(root), list});
    }
  }
  return programs;
}

struct FuzzAnswer {
  absl::StatusOr<uint64_t> count;
  std::vector<index::Ordinal> members;
};

inline FuzzAnswer Ask(const FuzzProgram& asked, const oracle::MemoryRows& rows,
                      const query::Kernels* kernels) {
  oracle::MemorySource source(rows, oracle::Lending::kCopies);
  const query::ScanOptions options{.kernels = kernels};
  FuzzAnswer answer{query::ScanCount(oracle::JobOf(asked.program, source, 1, options), nullptr), {}};
  if (!asked.list) return answer;
  const absl::Status status = query::ScanMembers(
      oracle::JobOf(asked.program, source, 1, options), 0,
      [&](absl::Span<const index::Ordinal> batch) {
        answer.members.insert(answer.members.end(), batch.begin(), batch.end());
        return true;
      },
      nullptr);
  if (!status.ok()) answer.count = status;
  return answer;
}

// Empty when all holds, else what doesn't. Crashes and sanitizer reports speak for themselves.
inline std::string CheckFragment(std::string_view input) {
  static const std::vector<FuzzProgram>& programs = *new std::vector<FuzzProgram>(FuzzPrograms());
  const std::string record = RecordOf(input);
  const std::optional<std::vector<uint32_t>> valid = ValidValues(record);
  const oracle::MemoryRows rows = RowsAround(record);
  for (size_t i = 0; i < programs.size(); ++i) {
    const std::string place = "program " + std::to_string(i) + ": ";
    std::optional<FuzzAnswer> first;
    for (const query::Kernels* kernels : query::AllKernels()) {
      FuzzAnswer answer = Ask(programs[i], rows, kernels);
      if (valid.has_value() && !answer.count.ok()) return place + "a valid payload is refused";
      if (valid.has_value() && programs[i].list && *answer.count != answer.members.size())
        return place + "count and members differ";
      if (!first.has_value()) {
        first = std::move(answer);
      } else if (first->count.ok() != answer.count.ok() || first->members != answer.members ||
                 (answer.count.ok() && *first->count != *answer.count)) {
        return place + "kernels disagree";
      }
    }
    const bool alone = i == 0;  // the fuzzed row and nothing else
    if (alone && valid.has_value() &&
        !std::equal(valid->begin(), valid->end(), first->members.begin(), first->members.end())) {
      return "the evaluator doesn't see what CRoaring sees";
    }
  }
  return "";
}

}  // namespace muster::fuzz

#endif  // MUSTER_TESTS_FUZZ_FRAGMENT_BODY_H_
