#include "index/storage/pages/record_name.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

// Keys of numbers: what each of them is called, in their order.
struct KeyWords {
  DatabaseId database;
  const char* first;
  const char* second = nullptr;
  const char* third = nullptr;
};
constexpr KeyWords kWords[] = {
    {DatabaseId::kFragments, "store", "row", "fragment"},
    {DatabaseId::kEdges, "edge", "row", "fragment"},
    {DatabaseId::kStores, "store"},
    {DatabaseId::kVersions, "tag", "version"},
    {DatabaseId::kCurrentVersions, "tag"},
    {DatabaseId::kRowStats, "store", "row"},
    {DatabaseId::kEdgeStats, "edge", "row"},
    {DatabaseId::kValuesWithRows, "store"},
    {DatabaseId::kTags, "tag"},
    {DatabaseId::kTagValues, "tag", "value"},
};

// A row is a value and one of its slots.
std::string NumberOf(std::string_view word, uint32_t number) {
  if (word == "row") return absl::StrCat("row ", number >> 8, ".", number & 0xff);
  return absl::StrCat(std::string(word), " ", number);
}

}  // namespace

std::string RecordName(DatabaseId database, std::string_view key) {
  std::string name;
  for (const KeyWords& words : kWords) {
    if (words.database != database) continue;
    const char* const in_order[] = {words.first, words.second, words.third};
    for (const char* const word : in_order) {
      if (word == nullptr || key.size() < sizeof(uint32_t)) break;
      absl::StrAppend(&name, name.empty() ? "" : ", ", NumberOf(word, ReadU32(key.data())));
      key.remove_prefix(sizeof(uint32_t));
    }
  }
  if (name.empty())
    name = absl::StrCat("'", absl::CHexEscape(absl::string_view(key.data(), key.size())), "'");
  return absl::StrCat(name, " (", SpecOf(database).name, ")");
}

}  // namespace muster::index
