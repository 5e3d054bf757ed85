// The rows of the benchmarks' population. Their content depends only on the seed, the row and the fragment,
// so every size is a prefix of the next, and any part can be made alone.
#ifndef MUSTER_BENCHMARKS_ROWS_H_
#define MUSTER_BENCHMARKS_ROWS_H_

#include <cstdint>
#include <vector>

#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"

namespace muster::benchmarks {

// The distribution of a row's members.
enum class Pattern : uint8_t {
  kScattered,  // independently, as gender or city
  kClustered,  // in dense stretches of some thousands, as facts that depend on when a member joined
};

struct RowSpec {
  index::RowRef row;
  double share = 0;  // of all members
  Pattern pattern = Pattern::kScattered;
};

// A NUMBER of 7 slices that 95 % have: many small values and few large ones, none negative.
inline constexpr index::TagId kNumberTag = 100;
inline constexpr int kNumberBits = 7;
// A MULTI tag of 10,000 values whose shares fall as 1 / rank; about 3 values a member.
inline constexpr index::TagId kManyValuesTag = 101;
inline constexpr uint32_t kManyValues = 10'000;

// FLAG tags 1 to 5 (`a` to `e`): 48, 35, 22, 12 and 7 %, scattered.
index::RowRef DenseRow(uint32_t place);
// A FLAG that 0.02 % have, scattered.
index::RowRef RareRow();
// Eight FLAGs from 45 % down to 0.1 %, scattered and clustered by turns.
index::RowRef MixedRow(uint32_t place);
// Value `rank` (from 1) of the MULTI tag.
index::RowRef ValueRow(uint32_t rank);
// The 200 rows of the batches: shares from 50 % down to 0.05 %, every third clustered.
inline constexpr uint32_t kBatchRows = 200;
index::RowRef BatchRow(uint32_t place);

// The rows of a population; the MULTI tag's rows and the number's are made separately.
std::vector<RowSpec> DenseRows();
std::vector<RowSpec> OtherFlagRows();
std::vector<RowSpec> ManyValueRows();

// A fragment as a flat bitset of kFragmentOrdinals bits.
using FragmentWords = std::vector<uint64_t>;

// Makes the row's content in a fragment, restricted to its first `members` ordinals. `words` is overwritten.
void MakeRow(const RowSpec& spec, uint32_t fragment, uint32_t members, FragmentWords& words);
// The number tag's fragment: its known row, then its slices from bit 0.
void MakeNumber(uint32_t fragment, uint32_t members, std::vector<FragmentWords>& rows);

// The local ordinals of a bitset.
std::vector<uint32_t> LocalsOf(const FragmentWords& words);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_ROWS_H_
