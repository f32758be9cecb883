"""Inserted markup is what the browser would have made in place, and runs no script."""

from __future__ import annotations

import pytest

# A page whose element `#x` is the context, and HTML that parses differently elsewhere.
CONTEXTS = {
    "div": ("<div id=x></div>", "<p>a<b>c</p>d<li>e<tr>f"),
    "tbody": ("<table><tbody id=x></tbody></table>", "<tr><td>1<tr><th>2"),
    "table": ("<table id=x></table>", "<caption>c</caption><tr><td>1"),
    "tr": ("<table><tbody><tr id=x></tr></table>", "<td>1<td>2</td>"),
    "td": ("<table><tbody><tr><td id=x></td></tr></table>", "a<table><tr><td>1</table>"),
    "colgroup": ("<table><colgroup id=x></colgroup></table>", "<col><col span=2>"),
    "select": ("<select id=x></select>", "<option>a<option selected>b<optgroup label=g><option>c"),
    "optgroup": ("<select><optgroup id=x></optgroup></select>", "<option>a<option selected>b"),
    "noscript": ("<div id=x></div>", "<noscript><p>raw</noscript>"),
    "textarea": ("<div id=x></div>", "<textarea>\n\n<b>a</textarea><pre>\nb</pre>"),
    "svg": ("<svg id=x></svg>", "<circle r=1></circle><a xlink:href='#a'><linearGradient/></a>"),
    "foreignObject": ("<svg><foreignObject id=x></foreignObject></svg>", "<div>a</div><p>b"),
    "math": ("<math id=x></math>", "<mi>x</mi><mrow><mo>+</mo></mrow>"),
    "annotation-xml": (
        "<math><annotation-xml encoding='text/html' id=x></annotation-xml></math>",
        "<div>a</div>",
    ),
    "template": ("<div id=x></div>", "<template><tr><td>1</template>"),
    "form": ("<form id=x></form>", "<form><input></form>"),
    "in a form": ("<form><div id=x></div></form>", "<form><input name=a></form>"),
    "custom": ("<x-box id=x></x-box>", "<p>a<p>b"),
    "button": ("<button id=x></button>", "<button>a</button>"),
    "details": ("<details id=x></details>", "<summary>s</summary>t"),
    "instruction": ("<div id=x></div>", "<?x y?><b>a</b>"),
}


@pytest.mark.parametrize("doctype", ["<!doctype html>", ""], ids=["standard", "quirks"])
@pytest.mark.parametrize("name", CONTEXTS)
def test_html_is_parsed_in_place(scripted, name, doctype):
    context, html = CONTEXTS[name]
    twin = context.replace("id=x", "id=y")
    page = scripted(f"<div dj-root>{context}</div>{twin}", doctype=doctype, csp="")
    number = page.run(
        "document.querySelector('[dj-root]').querySelectorAll('*').length"
        " - document.querySelector('#x').querySelectorAll('*').length"
    )
    page.update(7, number, 100, html)
    page.run("(html) => document.querySelector('#y').innerHTML = html", html)
    inserted, expected = (
        page.run(f"document.querySelector('#{name}').innerHTML") for name in ("x", "y")
    )
    assert inserted == expected
    assert page.run(
        """() => {
          const [a, b] = ["#x", "#y"].map((name) => document.querySelector(name).cloneNode(true));
          a.id = b.id = "";
          return a.isEqualNode(b);
        }"""
    )
    assert page.resyncs == []


def test_options_keep_what_the_markup_selects(scripted):
    page = scripted("<div dj-root><select></select></div>")
    page.update(4, 1, 0, 2, "<option>a</option><option selected>b</option><option>c</option>")
    assert page.run("document.querySelector('select').value") == "b"
    page.update(7, 1, 5, "<option>a</option><option>b</option>")
    assert page.run("document.querySelector('select').value") == "a"


def test_no_inserted_script_runs(scripted):
    page = scripted("<div dj-root><p></p></div>", csp="")
    script = "window.ran = true"
    page.update(4, 0, 1, 2, f"<script>{script}</script><svg><script>{script}</script></svg>")
    page.update(7, 1, 5, f"<i></i><script>{script}</script>")
    page.update(8, 0, 1, 7, [["script", 0, [], script, [], ""]])
    page.update(8, 0, 1, 8, [["svg", 1, [], "", [["script", 1, [], script, [], ""]], ""]])
    page.update(0, 7, script + " // again")
    page.update(2, 7, "src", "data:text/javascript,window.ran=true")
    page.page.wait_for_timeout(100)
    assert page.run("document.querySelectorAll('[dj-root] script').length") == 5
    assert page.run("window.ran") is None


def test_strict_policy_with_trusted_types(scripted):
    page = scripted("<div dj-root><p></p><iframe></iframe></div>")
    page.update(4, 0, 0, 3, "<b>new</b>")
    page.update(2, 1, "@click", "x", 2, 1, "class", "y", 2, 2, "title", "z")
    page.update(2, 2, "srcdoc", "<p>frame</p>")
    page.update(8, 0, 0, 4, [["svg", 1, ["viewBox", "0 0 1 1", "xlink:href", "#a"], "", [], ""]])
    assert page.html == (
        '<svg viewBox="0 0 1 1" xlink:href="#a"></svg><b>new</b>'
        '<p @click="x" class="y"></p><iframe title="z" srcdoc="&lt;p&gt;frame&lt;/p&gt;"></iframe>'
    )


def test_long_text_is_one_run(scripted):
    page = scripted(f"<div dj-root>{'x' * 200_000}<b></b>{'y' * 200_000}</div>")
    page.update(0, 0, "short", 1, 1, "tail")
    assert page.html == "short<b></b>tail"
    assert page.run("document.querySelector('[dj-root]').childNodes.length") == 3


def test_processing_instructions_are_numbered_as_comments(scripted):
    page = scripted("<div dj-root><?x y?><b></b></div>")
    page.update(0, 2, "found")
    assert page.run("document.querySelector('b').textContent") == "found"
    assert page.resyncs == []
