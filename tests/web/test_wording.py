"""Words in templates: translated, and escaped whoever wrote them."""

from __future__ import annotations

from flask import Flask, render_template_string


def test_a_name_from_a_diagram_is_never_markup(app: Flask) -> None:
    with app.test_request_context():
        made = render_template_string("{{ _(name) }}", name="<b>审核</b>")
    assert made == "&lt;b&gt;审核&lt;/b&gt;"


def test_values_within_a_text_are_escaped(app: Flask) -> None:
    with app.test_request_context():
        made = render_template_string("{{ _('%(who)s 已签收', who=who) }}", who="<i>")
    assert made == "&lt;i&gt; 已签收"
