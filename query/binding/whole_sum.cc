#include "query/binding/whole_sum.h"

#include <algorithm>

#include "text/decimal.h"
#include "text/decimal_arithmetic.h"

namespace muster::query {
namespace {

static_assert(kMaxSum == WideDecimal::kMax);

absl::int128 Magnitude(absl::int128 number) { return number < 0 ? -number : number; }

absl::int128 CommonDivisor(absl::int128 a, absl::int128 b) {
  while (b != 0) {
    const absl::int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

size_t DecimalsOf(const ScaledTag& tag) {
  return static_cast<size_t>(tag.scale) + CountDecimals(tag.factor).value_or(0);
}

}  // namespace

Extent WholeSum::ExtentOf(const std::string& text) const {
  const WideDecimal decimal = ParseWideDecimal(text, scale);
  if (decimal.overflow > 0) return {kMaxSum + 1, kMaxSum};
  if (decimal.overflow < 0) return {-kMaxSum, -kMaxSum - 1};
  absl::int128 floor = decimal.floor / common;
  const bool exact = decimal.exact && floor * common == decimal.floor;
  if (floor * common > decimal.floor) floor -= 1;
  return {exact ? floor : floor + 1, floor};
}

std::optional<WholeSum> MakeWholeSum(absl::Span<const ScaledTag> tags) {
  WholeSum sum;
  for (const ScaledTag& tag : tags) sum.scale = std::max(sum.scale, DecimalsOf(tag));
  absl::int128 common = 0;
  for (const ScaledTag& tag : tags) {
    const WideDecimal factor = ParseWideDecimal(tag.factor, sum.scale - static_cast<size_t>(tag.scale));
    if (factor.overflow != 0) return std::nullopt;
    sum.factors.push_back(factor.floor);
    common = CommonDivisor(common, Magnitude(factor.floor));
  }
  if (common > 1) {
    sum.common = common;
    for (absl::int128& factor : sum.factors) factor /= common;
  }
  return sum;
}

bool WholeSum::HasRoom(absl::Span<const int> bits) const {
  absl::int128 left = kMaxSum / common;
  for (size_t i = 0; i < factors.size(); ++i) {
    const absl::int128 greatest = (absl::int128(1) << bits[i]) - 1;
    if (greatest == 0 || factors[i] == 0) continue;
    if (Magnitude(factors[i]) > left / greatest) return false;
    left -= Magnitude(factors[i]) * greatest;
  }
  return true;
}

}  // namespace muster::query
