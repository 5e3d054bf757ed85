#include "query/planning/share_operands.h"

#include <algorithm>
#include <cstdint>
#include <queue>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace muster::query {
namespace {

// A shared node is written to memory once and read by each user; below this many, evaluating both operands in
// place costs no more.
constexpr size_t kLeastUsers = 4;
// Of a conjunction, that are looked at.
constexpr size_t kMaxOperands = 32;

// An operand of the program, or a group found here.
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
    }
    for (size_t list = 0; list < lists_.size(); ++list) Enter(list);
  }

  // Ends, since each group makes a list that several have shorter.
  void Run() {
    while (!queue_.empty()) {
      const auto [users, pair] = queue_.top();
      queue_.pop();
      const auto found = users_.find(pair);
      if (found == users_.end() || found->second.size() != users) continue;  // an older count
      Make(pair, found->second);
    }
  }

  const std::vector<Item>& list(size_t index) const { return lists_[index]; }
  const std::vector<Pair>& groups() const { return groups_; }

 private:
  template <typename Visit>
  void ForEachPair(size_t list, Visit visit) {
    const std::vector<Item>& items = lists_[list];
    for (size_t i = 0; i < items.size(); ++i) {
      for (size_t j = i + 1; j < items.size(); ++j) visit(Pair(items[i], items[j]));
    }
  }
  void Push(const Pair& pair, size_t users) {
    if (users >= kLeastUsers) queue_.push({users, pair});
  }
  void Enter(size_t list) {
    ForEachPair(list, [&](const Pair& pair) {
      std::vector<uint32_t>& users = users_[pair];
      users.push_back(static_cast<uint32_t>(list));
      Push(pair, users.size());
    });
  }
  void Leave(size_t list) {
    ForEachPair(list, [&](const Pair& pair) {
      std::vector<uint32_t>& users = users_[pair];
      users.erase(std::find(users.begin(), users.end(), static_cast<uint32_t>(list)));
      Push(pair, users.size());
    });
  }
  void Make(const Pair& pair, std::vector<uint32_t> users) {
    const Item group = kGroup | groups_.size();
    groups_.push_back(pair);
    for (const uint32_t list : users) {
      Leave(list);
      std::vector<Item>& items = lists_[list];
      std::erase_if(items, [&](Item item) { return item == pair.first || item == pair.second; });
      items.push_back(group);  // the greatest so far: the list stays sorted
      Enter(list);
    }
  }

  std::vector<std::vector<Item>> lists_;
  std::vector<Pair> groups_;
  absl::flat_hash_map<Pair, std::vector<uint32_t>> users_;
  std::priority_queue<std::pair<size_t, Pair>> queue_;
};

// Makes the groups nodes; one that a single other group uses becomes part of that.
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
