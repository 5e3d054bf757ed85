#include "server/wire/expressions/node_paths.h"

#include "absl/strings/str_cat.h"

namespace muster::server {
namespace {

// Walks the tree in the decoder's order, with one path that grows and shrinks.
class PathWalk {
 public:
  PathWalk(std::string_view field, const std::set<int32_t>& wanted) : path_(field), wanted_(wanted) {}

  void Visit(const v1::Expression& node) {
    if (found_.size() == wanted_.size()) return;
    const int32_t number = next_++;
    const size_t length = path_.size();
    const google::protobuf::Descriptor& message = *v1::Expression::descriptor();
    const auto* set = node.GetReflection()->GetOneofFieldDescriptor(node, message.oneof_decl(0));
    if (set != nullptr) path_.append(".").append(set->name());
    if (wanted_.contains(number)) found_[number] = path_;
    switch (node.node_case()) {
      case v1::Expression::kAllOf:
        VisitAll(node.all_of().operands());
        break;
      case v1::Expression::kAnyOf:
        VisitAll(node.any_of().operands());
        break;
      case v1::Expression::kAtLeast:
        VisitAll(node.at_least().operands());
        break;
      case v1::Expression::kNegated:
        Visit(node.negated());
        break;
      case v1::Expression::kAsOf:
        path_.append(".operand");
        Visit(node.as_of().operand());
        break;
      default:
        break;
    }
    path_.resize(length);
  }
  std::map<int32_t, std::string> Take() && { return std::move(found_); }

 private:
  void VisitAll(const google::protobuf::RepeatedPtrField<v1::Expression>& operands) {
    for (int i = 0; i < operands.size(); ++i) {
      const size_t length = path_.size();
      absl::StrAppend(&path_, ".operands[", i, "]");
      Visit(operands[i]);
      path_.resize(length);
    }
  }

  std::string path_;
  const std::set<int32_t>& wanted_;
  int32_t next_ = 0;
  std::map<int32_t, std::string> found_;
};

}  // namespace

std::map<int32_t, std::string> PathsOfNodes(const v1::Expression& tree, std::string_view field,
                                            const std::set<int32_t>& nodes) {
  PathWalk walk(field, nodes);
  walk.Visit(tree);
  return std::move(walk).Take();
}

}  // namespace muster::server
