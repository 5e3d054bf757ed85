#include "benchmarks/rows.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace muster::benchmarks {
namespace {

using index::kFragmentOrdinals;

constexpr uint64_t kSeed = 20260101;
constexpr index::TagId kRareTag = 6;
constexpr index::TagId kFirstMixedTag = 10;
constexpr index::TagId kFirstBatchTag = 200;
constexpr double kDenseShares[] = {0.48, 0.35, 0.22, 0.12, 0.07};
constexpr double kMixedShares[] = {0.45, 0.30, 0.20, 0.10, 0.05, 0.02, 0.005, 0.001};
constexpr double kValuesPerMember = 3;
// Below this share, members are drawn by the gaps between them instead of one bit each.
constexpr double kGapShare = 1.0 / 32;
// Density within a stretch of a clustered row, and a stretch's mean length.
constexpr double kClusterDensity = 0.7;
constexpr double kMeanStretch = 6000;

// SplitMix64 (Steele, Lea, Flood 2014): fast, and random enough to scatter members.
class Random {
 public:
  Random(uint64_t row, uint64_t fragment) : state_(kSeed ^ row * 0x9e3779b97f4a7c15 ^ fragment << 40) {
    Next();
  }
  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // In (0, 1].
  double Share() { return (static_cast<double>(Next() >> 11) + 1) * 0x1p-53; }
  // The number of failures before the first success with probability `share`.
  uint64_t Gap(double share) { return static_cast<uint64_t>(std::log(Share()) / std::log1p(-share)); }
  // 64 bits, each set with probability threshold / 2^16.
  uint64_t Bits(uint32_t threshold) {
    uint64_t word = 0;
    for (int bit = std::countr_zero(threshold); bit < 16; ++bit) {
      word = (threshold >> bit & 1) != 0 ? word | Next() : word & Next();
    }
    return word;
  }

 private:
  uint64_t state_;
};

void Set(FragmentWords& words, uint64_t local) { words[local / 64] |= uint64_t{1} << (local % 64); }

void Cut(FragmentWords& words, uint32_t members) {
  for (uint64_t word = 0; word < words.size(); ++word) {
    const uint64_t first = word * 64;
    if (first >= members) {
      words[word] = 0;
    } else if (members - first < 64) {
      words[word] &= (uint64_t{1} << (members - first)) - 1;
    }
  }
}

void Scatter(Random& random, double share, FragmentWords& words) {
  if (share < kGapShare) {
    for (uint64_t at = random.Gap(share); at < kFragmentOrdinals; at += 1 + random.Gap(share)) Set(words, at);
    return;
  }
  const uint32_t threshold = static_cast<uint32_t>(share * 0x1p16);
  for (uint64_t& word : words) word = random.Bits(threshold);
}

void Cluster(Random& random, double share, FragmentWords& words) {
  const double covered = std::min(0.95, share / kClusterDensity);
  const double mean_pause = kMeanStretch * (1 - covered) / covered;
  const uint32_t threshold = static_cast<uint32_t>(kClusterDensity * 0x1p16);
  bool inside = random.Share() < covered;
  for (uint64_t word = 0; word < words.size(); inside = !inside) {
    const double mean = inside ? kMeanStretch : mean_pause;
    const uint64_t length = 1 + static_cast<uint64_t>(-std::log(random.Share()) * mean / 64);
    for (uint64_t i = 0; i < length && word < words.size(); ++i, ++word) {
      if (inside) words[word] = random.Bits(threshold);
    }
  }
}

index::RowRef Flag(index::TagId tag) {
  return {tag, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};
}

}  // namespace

index::RowRef DenseRow(uint32_t place) { return Flag(place + 1); }
index::RowRef RareRow() { return Flag(kRareTag); }
index::RowRef MixedRow(uint32_t place) { return Flag(kFirstMixedTag + place); }
index::RowRef ValueRow(uint32_t rank) {
  return {kManyValuesTag, index::MakeRow(rank, index::kMembershipSlot)};
}
index::RowRef BatchRow(uint32_t place) { return Flag(kFirstBatchTag + place); }

std::vector<RowSpec> DenseRows() {
  std::vector<RowSpec> rows;
  for (uint32_t i = 0; i < std::size(kDenseShares); ++i) rows.push_back({DenseRow(i), kDenseShares[i]});
  return rows;
}

std::vector<RowSpec> OtherFlagRows() {
  std::vector<RowSpec> rows = {{RareRow(), 0.0002}};
  for (uint32_t i = 0; i < std::size(kMixedShares); ++i) {
    rows.push_back({MixedRow(i), kMixedShares[i], i % 2 == 0 ? Pattern::kScattered : Pattern::kClustered});
  }
  for (uint32_t i = 0; i < kBatchRows; ++i) {
    const double share = 0.5 * std::pow(0.001, static_cast<double>(i) / (kBatchRows - 1));
    rows.push_back({BatchRow(i), share, i % 3 == 2 ? Pattern::kClustered : Pattern::kScattered});
  }
  return rows;
}

std::vector<RowSpec> ManyValueRows() {
  double sum = 0;
  for (uint32_t rank = 1; rank <= kManyValues; ++rank) sum += 1.0 / (rank + 4);
  std::vector<RowSpec> rows;
  for (uint32_t rank = 1; rank <= kManyValues; ++rank) {
    rows.push_back({ValueRow(rank), kValuesPerMember / (rank + 4) / sum});
  }
  return rows;
}

void MakeRow(const RowSpec& spec, uint32_t fragment, uint32_t members, FragmentWords& words) {
  words.assign(kFragmentOrdinals / 64, 0);
  Random random(uint64_t{spec.row.tag} << 32 | spec.row.row, fragment);
  if (spec.pattern == Pattern::kClustered) {
    Cluster(random, spec.share, words);
  } else {
    Scatter(random, spec.share, words);
  }
  Cut(words, members);
}

void MakeNumber(uint32_t fragment, uint32_t members, std::vector<FragmentWords>& rows) {
  rows.assign(1 + kNumberBits, FragmentWords(kFragmentOrdinals / 64));
  Random random(uint64_t{kNumberTag} << 32, fragment);
  constexpr uint64_t kGreatest = (1u << kNumberBits) - 1;
  for (uint32_t local = 0; local < members; ++local) {
    if (random.Next() % 20 == 0) continue;
    Set(rows[0], local);
    const uint64_t number = std::min(kGreatest, random.Gap(0.04));
    for (int bit = 0; bit < kNumberBits; ++bit) {
      if ((number >> bit & 1) != 0) Set(rows[1 + bit], local);
    }
  }
}

std::vector<uint32_t> LocalsOf(const FragmentWords& words) {
  std::vector<uint32_t> locals;
  for (uint64_t word = 0; word < words.size(); ++word) {
    for (uint64_t left = words[word]; left != 0; left &= left - 1) {
      locals.push_back(static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(left)));
    }
  }
  return locals;
}

}  // namespace muster::benchmarks
