// For other applications: <script type="module" src="/harbor/elements.js"> and the elements where they are wanted.
// One store and one stream, whatever the number of elements.
import './elements/connection-status';
import './elements/messaging';
import './elements/unread-badge';
