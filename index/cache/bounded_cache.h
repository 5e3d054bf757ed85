// A cache of bounded weight that keeps the values used recently.
#ifndef MUSTER_INDEX_CACHE_BOUNDED_CACHE_H_
#define MUSTER_INDEX_CACHE_BOUNDED_CACHE_H_

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace muster {

// Values by key, of a total weight of at most `most`: weights are bytes, or 1 for each value. An approximate
// LRU with two generations, each of half the weight. Values are inserted into the young one. When it is full,
// it becomes the old one, and the values of the old one are dropped. A value found in the old one moves to
// the young one. So recently used values stay, and a lookup takes one or two hash-table probes, without a
// list in order of use.
//
// Not thread-safe: its owner has a mutex, or one thread.
template <typename Key, typename Value>
class BoundedCache {
 public:
  // REQUIRES: most ≥ 1.
  explicit BoundedCache(size_t most) : most_young_(std::max<size_t>(most / 2, 1)), most_(most) {}

  // Null when it isn't kept. Valid until the next call.
  const Value* Find(const Key& key) {
    if (const auto found = young_.values.find(key); found != young_.values.end()) return &found->second.value;
    const auto found = old_.values.find(key);
    if (found == old_.values.end()) return nullptr;
    Entry entry = std::move(found->second);
    old_.weight -= entry.weight;
    old_.values.erase(found);
    return &Join(key, std::move(entry));
  }

  // Inserts the value, or replaces the one under the key. A value that weighs more than `most` is kept alone,
  // until the next insertion. The reference is valid until the next call.
  const Value& Keep(const Key& key, Value value, size_t weight = 1) {
    Forget(young_, key);
    Forget(old_, key);
    return Join(key, {std::move(value), weight});
  }

  void Clear() {
    young_ = {};
    old_ = {};
  }
  // The number of values kept.
  size_t size() const { return young_.values.size() + old_.values.size(); }
  size_t weight() const { return young_.weight + old_.weight; }

 private:
  struct Entry {
    Value value;
    size_t weight = 1;
  };
  struct Generation {
    absl::flat_hash_map<Key, Entry> values;
    size_t weight = 0;
  };

  static void Forget(Generation& generation, const Key& key) {
    const auto found = generation.values.find(key);
    if (found == generation.values.end()) return;
    generation.weight -= found->second.weight;
    generation.values.erase(found);
  }

  // REQUIRES: neither generation has the key.
  const Value& Join(const Key& key, Entry entry) {
    if (!young_.values.empty() && young_.weight + entry.weight > most_young_) {
      old_ = std::move(young_);
      young_ = {};
    }
    if (old_.weight + young_.weight + entry.weight > most_) old_ = {};
    young_.weight += entry.weight;
    return young_.values.emplace(key, std::move(entry)).first->second.value;
  }

  const size_t most_young_, most_;
  Generation young_, old_;
};

}  // namespace muster

#endif  // MUSTER_INDEX_CACHE_BOUNDED_CACHE_H_
