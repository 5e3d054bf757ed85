#include "benchmarks/synthetic_population.h"

#include <algorithm>
#include <random>

#include "index/bitmap/bitmap.h"

namespace muster::benchmarks {
namespace {

constexpr size_t kWords = (kMembers + 511) / 512 * 8;
constexpr uint64_t kSeed = 20240229;

FlatBitset Scatter(std::mt19937_64& random, uint32_t percent) {
  FlatBitset bits(kWords);
  const uint64_t threshold = ~uint64_t{0} / 100 * percent;
  for (uint64_t member = 0; member < kMembers; ++member) {
    if (random() < threshold) bits[member / 64] |= uint64_t{1} << (member % 64);
  }
  return bits;
}

FlatBitset Everyone() {
  FlatBitset bits(kWords);
  for (uint64_t member = 0; member < kMembers; ++member) bits[member / 64] |= uint64_t{1} << (member % 64);
  return bits;
}

std::vector<std::string> Encode(const FlatBitset& bits) {
  std::vector<std::string> records;
  std::vector<uint32_t> locals;
  for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
    locals.clear();
    const uint64_t first = index::FirstOrdinalOf(fragment);
    const uint64_t end = std::min<uint64_t>(first + index::kFragmentOrdinals, kMembers);
    for (uint64_t member = first; member < end; ++member) {
      if ((bits[member / 64] >> (member % 64) & 1) != 0) locals.push_back(index::LocalOf(member));
    }
    records.push_back(index::EncodeRecord(index::RecordKind::kImage, index::Bitmap::FromSorted(locals)));
  }
  return records;
}

SyntheticPopulation Make() {
  SyntheticPopulation made;
  std::mt19937_64 random(kSeed);
  for (size_t tag = 0; tag < kTags; ++tag) {
    made.flat[tag] = Scatter(random, kDensities[tag]);
    made.records[tag] = Encode(made.flat[tag]);
  }
  made.records[kTags] = Encode(Everyone());
  return made;
}

}  // namespace

index::RowRef RowOf(size_t tag) {
  return {static_cast<index::TagId>(tag + 1), index::MakeRow(index::kTrueValue, index::kMembershipSlot)};
}

const SyntheticPopulation& Synthetic() {
  static const SyntheticPopulation& made = *new SyntheticPopulation(Make());
  return made;
}

absl::Status RecordSource::BeginWindow(uint32_t first_fragment, uint32_t count) {
  first_ = first_fragment;
  count_ = count;
  return absl::OkStatus();
}

absl::Status RecordSource::Resolve(index::RowRef row, index::ResolvedRow& resolved) {
  const size_t tag = row.tag == index::kEveryoneTag ? kTags : row.tag - 1;
  const std::vector<std::string>& records = Synthetic().records[tag];
  resolved.flips.clear();
  resolved.fragments.clear();
  for (uint32_t i = 0; i < count_; ++i) {
    const std::string& record = records[first_ + i];
    const auto* bytes = reinterpret_cast<const uint8_t*>(record.data());
    resolved.fragments.push_back({.image = index::RecordBytes(bytes, record.size())});
  }
  return absl::OkStatus();
}

}  // namespace muster::benchmarks
