#include "index/dictionary/blocks/member_id_block_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "index/bitmap/little_endian.h"
#include "index/dictionary/blocks/packed_numbers.h"

namespace muster::index {
namespace {

constexpr size_t kIdsOfABlockMax = UINT16_MAX;
constexpr size_t kTextBytes = 18, kDecimalBytes = 24, kDigitsBytes = 16;  // of the header and what follows it
constexpr size_t kDecimalDigits = 19;

constexpr uint64_t kEachByte = 0x0101010101010101;
constexpr uint64_t kUpperBits = 0x80 * kEachByte;

// The bytes of a word that lie within [least, most], as a mask of upper bits. REQUIRES: both are ASCII.
uint64_t BytesWithin(uint64_t word, uint64_t least, uint64_t most) {
  const uint64_t lower = word & ~kUpperBits;
  const uint64_t not_below = lower + kEachByte * (0x80 - least);
  const uint64_t above = lower + kEachByte * (0x7f - most);
  return not_below & ~above & ~word & kUpperBits;
}

// The bytes that are not 0, as a mask.
uint64_t BytesNotZero(uint64_t word) { return (((word & ~kUpperBits) + ~kUpperBits) | word) & kUpperBits; }

// Eight bytes of an id from `at` on, or as many as it has and zeros.
uint64_t WordOf(std::string_view id, size_t at) {
  uint64_t word = 0;
  std::memcpy(&word, id.data() + at, std::min(sizeof(word), id.size() - at));
  return word;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

template <typename Number>
void AppendLittle(std::string& to, Number number) {
  uint8_t bytes[sizeof(Number)];
  StoreLittle(bytes, number);
  to.append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

unsigned DigitValue(char c) {
  // In ASCII the lower four bits count the digits from 0, and the letters of either case from 1.
  return (static_cast<unsigned char>(c) & 0xFU) + 9 * (static_cast<unsigned char>(c) >> 6);
}

}  // namespace

void IdTextShape::Add(std::string_view first, std::string_view id) {
  const size_t size = id.size();
  if (count++ == 0) {
    beginning = least = most = total = size;
    return;
  }
  beginning = std::min(beginning, size);
  if (beginning > 0 && std::memcmp(first.data(), id.data(), beginning) != 0) {
    beginning = static_cast<size_t>(
        std::mismatch(first.begin(), first.begin() + static_cast<ptrdiff_t>(beginning), id.begin()).first -
        first.begin());
  }
  least = std::min(least, size);
  most = std::max(most, size);
  total += size;
}

size_t IdTextShape::SizeBytes() const {
  if (least == most) return 0;
  return most - beginning <= UINT8_MAX ? 1 : 2;
}

size_t IdTextShape::Bytes() const {
  const size_t size_bytes = SizeBytes();
  const size_t restarts = size_bytes == 0 ? 0 : (count + kIdsPerRestart - 1) / kIdsPerRestart;
  return kTextBytes + beginning + restarts * sizeof(uint16_t) + count * size_bytes + total -
         count * beginning;
}

void IdDecimalShape::Add(std::string_view first, std::string_view id, size_t index, uint64_t& number) {
  if (index == 0) {
    beginning = id.size();
    while (beginning > 0 && IsDigit(id[beginning - 1]) && id.size() - beginning < kDecimalDigits) --beginning;
    width = id.size() - beginning;
  }
  possible = id.size() > beginning && id.size() - beginning <= kDecimalDigits &&
             std::memcmp(first.data(), id.data(), beginning) == 0;
  if (!possible) return;
  const std::string_view digits = id.substr(beginning);
  number = 0;
  for (const char digit : digits) {
    possible = possible && IsDigit(digit);
    number = number * 10 + static_cast<uint64_t>(digit - '0');
  }
  one_width = one_width && digits.size() == width;
  shortest = shortest && (digits[0] != '0' || digits.size() == 1);
  possible = possible && (one_width || shortest);
  least = index == 0 ? number : std::min(least, number);
  most = index == 0 ? number : std::max(most, number);
}

size_t IdDecimalShape::Bytes(size_t count) const {
  return kDecimalBytes + beginning + PackedBytes(count, PackedBitsFor(most - least));
}

void IdDigitsShape::Extend(const IdDigitsShape& before, std::string_view first, std::string_view id,
                           size_t index) {
  possible = before.possible && !id.empty() && id.size() == first.size() && id.size() <= kDigitsIdBytesMax;
  if (!possible) return;
  digits = 0;
  bool any_not_lower = false, any_not_upper = false;
  for (size_t word = 0; word * 8 < id.size(); ++word) {
    const uint64_t bytes = WordOf(id, word * 8);
    const uint64_t decimal = BytesWithin(bytes, '0', '9');
    differing[word] = BytesNotZero(bytes ^ WordOf(first, word * 8));
    not_lower[word] = kUpperBits & ~decimal & ~BytesWithin(bytes, 'a', 'f');
    not_upper[word] = kUpperBits & ~decimal & ~BytesWithin(bytes, 'A', 'F');
    if (index > 0) {
      differing[word] |= before.differing[word];
      not_lower[word] |= before.not_lower[word];
      not_upper[word] |= before.not_upper[word];
    }
    any_not_lower = any_not_lower || (differing[word] & not_lower[word]) != 0;
    any_not_upper = any_not_upper || (differing[word] & not_upper[word]) != 0;
    digits += static_cast<size_t>(std::popcount(differing[word]));
  }
  upper = any_not_lower;
  possible = !any_not_lower || !any_not_upper;
}

size_t IdDigitsShape::Bytes(size_t count, size_t id_bytes) const {
  return kDigitsBytes + id_bytes + (id_bytes + 7) / 8 + count * ((digits + 1) / 2);
}

bool MemberIdBlockBuilder::Add(std::string_view id) {
  if (ids_.size() == kIdsOfABlockMax) return false;
  const std::string_view first = ids_.empty() ? id : ids_.front();
  IdTextShape text = text_;
  IdDecimalShape decimal = decimal_;
  IdDigitsShape& digits = digits_[1 - now_];
  uint64_t number = 0;
  text.Add(first, id);
  if (decimal.possible) decimal.Add(first, id, ids_.size(), number);
  digits.Extend(digits_[now_], first, id, ids_.size());
  IdForm form = IdForm::kText;
  size_t bytes = text.Bytes();
  const auto offer = [&form, &bytes](IdForm other, size_t size) {
    if (size >= bytes) return;
    form = other;
    bytes = size;
  };
  if (digits.possible) offer(IdForm::kDigits, digits.Bytes(text.count, id.size()));
  if (decimal.possible) offer(IdForm::kDecimal, decimal.Bytes(text.count));
  if (bytes > kIdBlockBytesMax) return false;
  ids_.push_back(id);
  if (decimal.possible) numbers_.push_back(number);
  text_ = text;
  decimal_ = decimal;
  now_ = 1 - now_;
  form_ = form;
  sum_ = SumWithId(sum_, id);
  return true;
}

std::string MemberIdBlockBuilder::Finish() {
  constexpr char kFormat = 2;
  std::string block;
  block.reserve(kIdBlockBytesMax);
  block.push_back(kFormat);
  block.push_back(static_cast<char>(form_));
  AppendLittle(block, static_cast<uint16_t>(ids_.size()));
  AppendLittle(block, sum_before_);
  switch (form_) {
    case IdForm::kText:
      AppendText(block);
      break;
    case IdForm::kDecimal:
      AppendDecimal(block);
      break;
    case IdForm::kDigits:
      AppendDigits(block);
      break;
  }
  sum_before_ = sum_;
  ids_.clear();
  numbers_.clear();
  text_ = IdTextShape();
  decimal_ = IdDecimalShape();
  digits_[now_].possible = true;
  return block;
}

void MemberIdBlockBuilder::AppendText(std::string& block) const {
  const size_t size_bytes = text_.SizeBytes();
  const size_t beginning = text_.beginning;
  AppendLittle(block, static_cast<uint16_t>(beginning));
  block.push_back(static_cast<char>(size_bytes));
  block.push_back('\0');
  AppendLittle(block, static_cast<uint16_t>(size_bytes == 0 ? text_.least - beginning : 0));
  block.append(ids_.front().substr(0, beginning));
  if (size_bytes > 0) {
    for (size_t i = 0, at = 0; i < ids_.size(); ++i) {
      if (i % kIdsPerRestart == 0) AppendLittle(block, static_cast<uint16_t>(at));
      at += ids_[i].size() - beginning;
    }
    for (const std::string_view id : ids_) {
      if (size_bytes == 1) AppendLittle(block, static_cast<uint8_t>(id.size() - beginning));
      if (size_bytes == 2) AppendLittle(block, static_cast<uint16_t>(id.size() - beginning));
    }
  }
  for (const std::string_view id : ids_) block.append(id.substr(beginning));
}

void MemberIdBlockBuilder::AppendDecimal(std::string& block) const {
  const uint32_t bits = PackedBitsFor(decimal_.most - decimal_.least);
  AppendLittle(block, static_cast<uint16_t>(decimal_.beginning));
  block.push_back(static_cast<char>(decimal_.one_width ? decimal_.width : 0));
  block.push_back(static_cast<char>(bits));
  AppendLittle(block, decimal_.least);
  block.append(ids_.front().substr(0, decimal_.beginning));
  std::vector<uint64_t> distances(numbers_);
  for (uint64_t& number : distances) number -= decimal_.least;
  AppendPacked(block, distances, bits);
}

void MemberIdBlockBuilder::AppendDigits(std::string& block) const {
  const IdDigitsShape& shape = digits_[now_];
  const std::string_view pattern = ids_.front();
  AppendLittle(block, static_cast<uint16_t>(pattern.size()));
  block.push_back(shape.upper ? '\1' : '\0');
  block.push_back('\0');
  block.append(pattern);
  std::vector<uint8_t> places;
  std::string mask((pattern.size() + 7) / 8, '\0');
  for (size_t at = 0; at < pattern.size(); ++at) {
    if ((shape.differing[at / 8] >> (at % 8 * 8 + 7) & 1) == 0) continue;
    places.push_back(static_cast<uint8_t>(at));
    mask[at / 8] = static_cast<char>(mask[at / 8] | 1 << at % 8);
  }
  block.append(mask);
  const size_t digits = places.size();
  const size_t before = block.size();
  block.resize(before + ids_.size() * ((digits + 1) / 2));
  char* to = block.data() + before;
  for (const std::string_view id : ids_) {
    size_t i = 0;
    for (; i + 1 < digits; i += 2)
      *to++ = static_cast<char>(DigitValue(id[places[i]]) << 4 | DigitValue(id[places[i + 1]]));
    if (i < digits) *to++ = static_cast<char>(DigitValue(id[places[i]]) << 4);
  }
}

}  // namespace muster::index
