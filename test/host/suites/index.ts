import './extension.js';
import './panels.js';
import './problems.js';
import './python.js';
import './text.js';
import './tools.js';
