// Byte pair encoding over sets. Each conjunction is a sorted list of items. The pair of items that occurs in
// most lists becomes a group: a new item that replaces the two in these lists. The counts of pairs are
// updated rather than counted again: a group takes users from pairs of its two items, and adds pairs with
// itself. Ends when no pair has kLeastUsers users.
#include "query/planning/share_operands.h"

#include <algorithm>
#include <cstdint>
#include <queue>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace muster::query {
namespace {

// A shared node is written to memory once and read by each user; with fewer users than this, evaluating both
// operands in place costs no more.
constexpr size_t kLeastUsers = 4;
// The most operands of a conjunction that are considered.
constexpr size_t kMaxOperands = 32;

// An operand of the program, or a group made here.
using Item = uint64_t;
constexpr Item kGroup = Item{1} << 63;
Item ItemOf(const Operand& operand) { return Item{operand.node} << 1 | (operand.negated ? 1 : 0); }
Operand OperandOf(Item item) { return {static_cast<NodeIndex>(item >> 1), (item & 1) != 0}; }

using Pair = std::pair<Item, Item>;  // the lesser first

class Pairing {
 public:
  explicit Pairing(const std::vector<std::vector<Operand>>& conjunctions) {
    for (const std::vector<Operand>& operands : conjunctions) {
      std::vector<Item>& items = lists_.emplace_back();
      for (size_t i = 0; i < std::min(operands.size(), kMaxOperands); ++i)
        items.push_back(ItemOf(operands[i]));
      std::sort(items.begin(), items.end());
      items.erase(std::unique(items.begin(), items.end()), items.end());
      for (size_t i = 0; i < items.size(); ++i) {
        for (size_t j = i + 1; j < items.size(); ++j) AddUser({items[i], items[j]}, lists_.size() - 1);
      }
    }
    for (const auto& [pair, users] : users_) Push(pair, users.count);
  }

  // Terminates, since each group shortens several lists. Once in the queue, a pair only loses users, so a
  // pair whose count is outdated is queued again with its current count.
  void Run() {
    while (!queue_.empty()) {
      const auto [count, pair] = queue_.top();
      queue_.pop();
      const Users& users = users_.at(pair);
      if (users.count == count) {
        Make(pair, users.lists);
      } else {
        Push(pair, users.count);
      }
    }
  }

  const std::vector<Item>& list(size_t index) const { return lists_[index]; }
  const std::vector<Pair>& groups() const { return groups_; }

 private:
  // The lists that contained the pair at some time, and how many of them still do.
  struct Users {
    size_t count = 0;
    std::vector<uint32_t> lists;
  };
  void AddUser(const Pair& pair, size_t list) {
    Users& users = users_[pair];
    ++users.count;
    users.lists.push_back(static_cast<uint32_t>(list));
  }
  void RemoveUser(Item a, Item b) { --users_.at(std::minmax(a, b)).count; }
  void Push(const Pair& pair, size_t count) {
    if (count >= kLeastUsers) queue_.push({count, pair});
  }
  bool Has(size_t list, Item item) const {
    return std::binary_search(lists_[list].begin(), lists_[list].end(), item);
  }
  // Not by reference: users_ grows meanwhile. NOLINTNEXTLINE(performance-unnecessary-value-param)
  void Make(Pair pair, std::vector<uint32_t> lists) {
    const Item group = kGroup | groups_.size();
    groups_.push_back(pair);
    std::vector<Pair> made;
    for (const uint32_t list : lists) {
      if (!Has(list, pair.first) || !Has(list, pair.second)) continue;
      std::vector<Item>& items = lists_[list];
      RemoveUser(pair.first, pair.second);
      std::erase_if(items, [&](Item item) { return item == pair.first || item == pair.second; });
      for (const Item item : items) {
        RemoveUser(item, pair.first);
        RemoveUser(item, pair.second);
        AddUser({item, group}, list);
        made.push_back({item, group});
      }
      items.push_back(group);  // greater than all others: the list stays sorted
    }
    std::sort(made.begin(), made.end());
    made.erase(std::unique(made.begin(), made.end()), made.end());
    for (const Pair& each : made) Push(each, users_.at(each).count);
  }

  std::vector<std::vector<Item>> lists_;
  std::vector<Pair> groups_;
  absl::flat_hash_map<Pair, Users> users_;
  std::priority_queue<std::pair<size_t, Pair>> queue_;
};

// Makes nodes of the groups; a group used by only one other group is merged into it.
class Groups {
 public:
  Groups(ProgramBuilder& builder, const Pairing& pairing, size_t lists)
      : builder_(builder), groups_(pairing.groups()), uses_(groups_.size()) {
    for (size_t i = 0; i < lists; ++i) {
      for (const Item item : pairing.list(i)) Use(item);
    }
    for (const Pair& pair : groups_) {
      Use(pair.first);
      Use(pair.second);
    }
  }

  void Append(Item item, std::vector<Operand>& operands) {
    if ((item & kGroup) == 0) return operands.push_back(OperandOf(item));
    const size_t group = item & ~kGroup;
    std::vector<Operand> inner;
    std::vector<Operand>& target = uses_[group] > 1 ? inner : operands;
    Append(groups_[group].first, target);
    Append(groups_[group].second, target);
    if (uses_[group] > 1) operands.push_back({builder_.And(std::move(inner)), false});
  }

 private:
  void Use(Item item) {
    if ((item & kGroup) != 0) ++uses_[item & ~kGroup];
  }

  ProgramBuilder& builder_;
  const std::vector<Pair>& groups_;
  std::vector<uint32_t> uses_;
};

}  // namespace

void ShareOperands(ProgramBuilder& builder, std::vector<std::vector<Operand>>& conjunctions) {
  Pairing pairing(conjunctions);
  pairing.Run();
  Groups groups(builder, pairing, conjunctions.size());
  for (size_t i = 0; i < conjunctions.size(); ++i) {
    std::vector<Operand> operands;
    for (const Item item : pairing.list(i)) groups.Append(item, operands);
    const size_t looked_at = std::min(conjunctions[i].size(), kMaxOperands);
    operands.insert(operands.end(), conjunctions[i].begin() + static_cast<ptrdiff_t>(looked_at),
                    conjunctions[i].end());
    conjunctions[i] = std::move(operands);
  }
}

}  // namespace muster::query
