/**
 * The only script of a page: tables sort by a click on a heading, and a field filters their rows. The page says all it
 * has to say without it. Its hash stands in the page's policy, so no other script can run.
 */
export const SCRIPT = `
(function () {
  'use strict';
  document.querySelectorAll('table[data-sortable]').forEach(function (table) {
    var body = table.tBodies[0];
    if (!body || body.rows.length < 2) return;
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (heading, column) {
      var button = document.createElement('button');
      button.type = 'button';
      while (heading.firstChild) button.appendChild(heading.firstChild);
      heading.appendChild(button);
      button.addEventListener('click', function () {
        var down = heading.getAttribute('aria-sort') === 'ascending';
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
          other.removeAttribute('aria-sort');
        });
        heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        var rows = Array.prototype.map.call(body.rows, function (row) {
          var cell = row.cells[column];
          var value = cell.getAttribute('data-value');
          return {row: row, number: value === null ? NaN : parseFloat(value), text: cell.textContent};
        });
        rows.sort(function (a, b) {
          var lost = Number(isNaN(a.number)) - Number(isNaN(b.number));
          if (lost !== 0) return lost;
          var order = isNaN(a.number) ? (a.text < b.text ? -1 : a.text > b.text ? 1 : 0) : a.number - b.number;
          return down ? -order : order;
        });
        rows.forEach(function (entry) {
          body.appendChild(entry.row);
        });
      });
    });
    if (body.rows.length < 12) return;
    var field = document.createElement('input');
    field.type = 'search';
    field.placeholder = 'Filter rows';
    field.setAttribute('aria-label', 'Filter rows');
    field.className = 'filter';
    field.addEventListener('input', function () {
      var wanted = field.value.toLowerCase();
      Array.prototype.forEach.call(body.rows, function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
    table.parentNode.parentNode.insertBefore(field, table.parentNode);
  });
  function reveal() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (var node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
    target.scrollIntoView();
  }
  window.addEventListener('hashchange', reveal);
  reveal();
})();
`;

/** base64(sha256(SCRIPT)); a test says what it must be when the script changes. */
export const SCRIPT_SHA256 = 'e4/qnaF6LLEAj+Zl2DMr2WyJjy4N5w3T5m6fwOWHSAc=';
