#include "server/wire/expressions/why_messages.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "server/wire/catalog_messages.h"
#include "server/wire/expressions/node_paths.h"
#include "server/wire/expressions/problem_messages.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

// Of a MULTI tag: as many as a person reads.
constexpr size_t kMaxShownValues = 20;

using NodePaths = std::map<int32_t, std::string>;

// The paths of a tree's nodes; none for a text.
NodePaths PathsOf(std::string_view field, const v1::ExpressionSource& expression,
                  const query::WhyAnswer& answer) {
  if (!expression.has_tree()) return {};
  std::set<int32_t> nodes;
  for (const query::WhyNode& node : answer.nodes) nodes.insert(node.span.node);
  return PathsOfNodes(expression.tree(), std::string(field) + ".tree", nodes);
}

void EncodeNode(const query::WhyNode& node, const query::WhyAnswers& all, const NodePaths& paths,
                v1::WhyNode& encoded) {
  encoded.set_text(node.text);
  encoded.set_level(node.level);
  encoded.set_selected(node.verdict.selected);
  encoded.set_unknown(node.verdict.unknown);
  encoded.set_operand_count(static_cast<uint32_t>(node.operand_count));
  encoded.set_reached(static_cast<uint32_t>(node.reached));
  for (const query::NamedTag& named : node.tags) {
    const index::MemberTag& tag = all.tags.at(named);
    if (tag.values.empty()) {
      encoded.add_unknown_tags(tag.tag.name);
    } else {
      EncodeMemberTag(tag, kMaxShownValues, *encoded.add_tags());
    }
  }
  if (node.as_of.has_value()) encoded.set_as_of(DateText(*node.as_of));
  encoded.set_fact(node.fact);
  encoded.set_segment(node.segment);
  encoded.set_offset(node.span.offset);
  encoded.set_length(node.span.length);
  const auto path = paths.find(node.span.node);
  if (node.segment.empty() && path != paths.end()) encoded.set_path(path->second);
}

}  // namespace

void EncodeWhy(std::string_view field, const v1::ExpressionSource& expression, const query::WhyAnswer& answer,
               const query::WhyAnswers& all, v1::WhyAnswer& encoded) {
  encoded.set_canonical(answer.canonical);
  encoded.set_expression(answer.written);
  encoded.set_selected(answer.nodes.front().verdict.selected);
  encoded.set_unknown(answer.nodes.front().verdict.unknown);
  const NodePaths paths = PathsOf(field, expression, answer);
  for (const query::WhyNode& node : answer.nodes) EncodeNode(node, all, paths, *encoded.add_nodes());
  EncodeWarnings(field, expression, answer.warnings, *encoded.mutable_warnings());
  for (const std::string& notice : answer.notices) encoded.add_notices(notice);
}

}  // namespace muster::server
